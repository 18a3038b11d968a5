"""The languages that captions may be in, by BCP 47 tag; it translates nothing."""

# Tag, the name for teams, and the name for who reads that language.
LANGUAGES = (
    ("ar", "Arabic", "العربية"),
    ("bg", "Bulgarian", "Български"),
    ("bn", "Bengali", "বাংলা"),
    ("ca", "Catalan", "Català"),
    ("cs", "Czech", "Čeština"),
    ("da", "Danish", "Dansk"),
    ("de", "German", "Deutsch"),
    ("el", "Greek", "Ελληνικά"),
    ("en", "English", "English"),
    ("en-GB", "English (United Kingdom)", "English (UK)"),
    ("en-US", "English (United States)", "English (US)"),
    ("es", "Spanish", "Español"),
    ("es-419", "Spanish (Latin America)", "Español (Latinoamérica)"),
    ("et", "Estonian", "Eesti"),
    ("eu", "Basque", "Euskara"),
    ("fa", "Persian", "فارسی"),
    ("fi", "Finnish", "Suomi"),
    ("fil", "Filipino", "Filipino"),
    ("fr", "French", "Français"),
    ("fr-CA", "French (Canada)", "Français (Canada)"),
    ("ga", "Irish", "Gaeilge"),
    ("gl", "Galician", "Galego"),
    ("he", "Hebrew", "עברית"),
    ("hi", "Hindi", "हिन्दी"),
    ("hr", "Croatian", "Hrvatski"),
    ("hu", "Hungarian", "Magyar"),
    ("id", "Indonesian", "Bahasa Indonesia"),
    ("is", "Icelandic", "Íslenska"),
    ("it", "Italian", "Italiano"),
    ("ja", "Japanese", "日本語"),
    ("ko", "Korean", "한국어"),
    ("lt", "Lithuanian", "Lietuvių"),
    ("lv", "Latvian", "Latviešu"),
    ("ms", "Malay", "Bahasa Melayu"),
    ("nb", "Norwegian", "Norsk"),
    ("nl", "Dutch", "Nederlands"),
    ("pl", "Polish", "Polski"),
    ("pt", "Portuguese", "Português"),
    ("pt-BR", "Portuguese (Brazil)", "Português (Brasil)"),
    ("ro", "Romanian", "Română"),
    ("ru", "Russian", "Русский"),
    ("sk", "Slovak", "Slovenčina"),
    ("sl", "Slovenian", "Slovenščina"),
    ("sr", "Serbian", "Српски"),
    ("sv", "Swedish", "Svenska"),
    ("sw", "Swahili", "Kiswahili"),
    ("ta", "Tamil", "தமிழ்"),
    ("th", "Thai", "ไทย"),
    ("tr", "Turkish", "Türkçe"),
    ("uk", "Ukrainian", "Українська"),
    ("ur", "Urdu", "اردو"),
    ("vi", "Vietnamese", "Tiếng Việt"),
    ("zh-Hans", "Chinese (simplified)", "简体中文"),
    ("zh-Hant", "Chinese (traditional)", "繁體中文"),
)

TAGS = frozenset(tag for tag, _, _ in LANGUAGES)
_TEAMS = {tag: name for tag, name, _ in LANGUAGES}
_OWN = {tag: own for tag, _, own in LANGUAGES}


def language_name(tag: str) -> str:
    """For a team: `German`. The tag itself for one that is not listed."""
    return _TEAMS.get(tag, tag)


def language_label(tag: str) -> str:
    """For who reads it, in a player's menu: `Deutsch`. The tag itself for one not listed."""
    return _OWN.get(tag, tag)
