"""What columns are called in English, German, French and Spanish; it has seen no cell."""

import re
import unicodedata

# Letters only, without accents; the most telling first.
FULL_NAME = (
    "name", "fullname", "leadname", "personname", "customername", "clientname", "displayname",
    "prospect", "lead", "vollername", "vollstandigername", "vorundnachname", "nomcomplet",
    "nometprenom", "prenometnom", "nom", "nombrecompleto", "nombreyapellidos", "nombre",
)  # fmt: skip
FIRST_NAME = (
    "firstname", "givenname", "forename", "first", "fname", "vorname", "rufname", "prenom",
    "primernombre", "nombredepila",
)  # fmt: skip
LAST_NAME = (
    "lastname", "surname", "familyname", "last", "lname", "nachname", "familienname", "zuname",
    "nomdefamille", "apellidos", "apellido", "primerapellido",
)  # fmt: skip
CONTACT = (
    "contactname", "contact", "contactperson", "person", "kontakt", "kontaktperson",
    "kontaktname", "ansprechpartner", "ansprechpartnerin", "ansprechperson", "interlocuteur",
    "nomducontact", "contacto", "nombredelcontacto", "personadecontacto",
)  # fmt: skip
EMAIL = (
    "email", "emailaddress", "workemail", "businessemail", "companyemail", "mail", "mailaddress",
    "emailadresse", "mailadresse", "emailgeschaftlich", "courriel", "adresseemail", "adressemail",
    "adressecourriel", "emailprofessionnel", "mel", "correo", "correoelectronico",
    "direcciondecorreo", "direcciondecorreoelectronico", "correodetrabajo",
)  # fmt: skip
EMAIL_WORDS = frozenset(["email", "emails", "mail", "mailadresse", "emailadresse", "courriel",
                         "correo"])  # fmt: skip
COMPANY = (
    "company", "companyname", "organisation", "organization", "organisationname",
    "organizationname", "account", "accountname", "employer", "business", "businessname",
    "currentcompany", "firm", "brand", "firma", "firmenname", "firmaname", "unternehmen",
    "unternehmensname", "arbeitgeber", "entreprise", "nomdelentreprise", "societe",
    "nomdelasociete", "raisonsociale", "organisme", "employeur", "empresa", "nombredelaempresa",
    "nombreempresa", "compania", "organizacion", "razonsocial", "negocio",
)  # fmt: skip
SITE_WORDS = frozenset(
    ["website", "site", "homepage", "url", "urls", "domain", "web", "webpage", "webseite",
     "internetseite", "internetadresse", "internet", "siteweb", "siteinternet", "domaine", "sitio",
     "sitioweb", "pagina", "paginaweb", "dominio", "link", "lien", "enlace", "shop", "store",
     "landingpage", "page", "seite"]
)  # fmt: skip
PROFILE_WORDS = frozenset(
    ["linkedin", "xing", "profile", "profil", "profilseite", "perfil", "twitter", "facebook",
     "instagram", "github", "youtube", "tiktok", "crunchbase", "social"]
)  # fmt: skip
# Addresses of these show nothing that a lead would recognise as their own page.
PICTURE_WORDS = frozenset(
    ["image", "picture", "photo", "avatar", "logo", "thumbnail", "icon", "bild", "foto", "imagen",
     "unsubscribe", "abmelden", "tracking"]
)  # fmt: skip

_APART = re.compile(r"(?<=[a-z])(?=[A-Z])|[\W_]+")
_ACRONYMS = (("LinkedIn", "linkedin"), ("GitHub", "github"), ("YouTube", "youtube"),
             ("TikTok", "tiktok"), ("WebSite", "website"))  # fmt: skip


def header_words(header: str) -> tuple[str, ...]:
    """`"LinkedIn-Profil (öffentlich)"` → `("linkedin", "profil", "offentlich")`. `"firstName"` is
    two words, and `"e-mail"` is one.
    """
    for spelled, word in _ACRONYMS:
        header = header.replace(spelled, word)
    flat = unicodedata.normalize("NFKD", header.replace("ß", "ss"))
    plain = "".join(char for char in flat if not unicodedata.combining(char))
    words = [word.lower() for word in _APART.split(plain) if word]
    joined = re.sub(r"(?<!\S)e mail", "email", " ".join(words))
    return tuple(word.rstrip("0123456789") or word for word in joined.split())


def header_key(header: str) -> str:
    """The words in one piece, as the lists above have them: `"E-Mail 1"` → `"email"`."""
    return "".join(word for word in header_words(header) if not word.isdigit())
