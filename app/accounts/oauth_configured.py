"""The providers that an operator has configured; a button is there for each of these alone."""

from app.accounts.oauth_providers import Provider, github, google, oidc
from app.settings import Settings, SettingsInvalid

Providers = dict[str, Provider]


def configured_providers(settings: Settings) -> Providers:
    """By their key, in the order of their buttons. Raises SettingsInvalid at the start."""
    found: list[Provider] = []
    try:
        if settings.google_client_id and settings.google_client_secret:
            found.append(google(settings.google_client_id, settings.google_client_secret))
        if settings.github_client_id and settings.github_client_secret:
            found.append(github(settings.github_client_id, settings.github_client_secret))
        if settings.oidc_issuer and settings.oidc_client_id and settings.oidc_client_secret:
            found.append(
                oidc(
                    settings.oidc_name,
                    settings.oidc_issuer,
                    settings.oidc_client_id,
                    settings.oidc_client_secret,
                )
            )
    except ValueError as error:
        raise SettingsInvalid(str(error)) from None
    return {provider.key: provider for provider in found}
