"""The root of every expected error outside the pipeline; knows no web and no database.

LoomliteError                      str() is a sentence for the user: what happened and what to do
├── CampaignInvalid                app/campaign_problems.py: every mistake, each with its path
├── ScenesDoNotFit                 app/fit.py: scenes and facecam cannot be brought to one length
│   └── VideoTooLong               the facecam is longer than a video may be
├── LeadsInvalid                   app/leads/csv_file.py: a lead list as a whole cannot be used
├── UrlInvalid                     app/urls.py: a text is not the address of a page
├── RowsInvalid                    app/row_ranges.py: a text names no rows
├── InputsInvalid                  app/inputs.py: all that is wrong with campaign, leads and facecam
├── PipelineFailed                 app/pipeline_process.py: the engine failed, in its own sentence
├── ClipRefused                    app/clip_preparation.py: a facecam cannot be prepared, and why
├── SettingsInvalid                app/settings.py: a setting is missing or cannot be used
├── DatabaseUnusable               app/db/server_check.py: this server or role will not do
├── BackupFailed                   app/backup.py: no copy was made, or none was put back
├── PortTaken                      app/listening.py: another program listens on PORT
├── WebRefusal                     app/web/refusals.py: what a request is refused for, a tree
├── MailSettingsInvalid            app/mail/smtp_url.py: SMTP_URL or the sender cannot be used
├── MailNotSent                    app/mail/send.py: a letter did not leave; says if a retry helps
├── SignInCancelled                app/accounts/oauth_failures.py: the person said no elsewhere
├── SignInFailed                   app/accounts/oauth_failures.py: the provider vouched for nobody
├── SlugTaken                      app/workspaces/service.py: another workspace has the address
├── AlreadyMember                  app/workspaces/invitations.py: who was invited belongs already
├── NoSeatLeft                     app/workspaces/seats.py: the plan has room for nobody else
├── PictureRefused                 app/web/images.py: an upload is no picture, or too large a one
├── LinkNoLongerWorks              app/accounts/email_links.py: a link was used or is too old
├── AddressTaken                   app/accounts/email_change.py: somebody has an account with it
├── WrongPassword                  app/accounts/password_account.py: they do not belong together
├── PasswordRefused                app/accounts/password_account.py: it would be guessed
├── AttemptGone                    app/accounts/oauth_notices.py: this browser did not begin it
├── AddressNotConfirmed            app/accounts/identities.py: nobody vouches for an address
├── BelongsToAnother               app/accounts/identities.py: somebody else signs in with it
├── LastWayIn                      app/accounts/identities.py: nobody could sign in again without it
├── DomainRefused                  app/domains/names.py: what was typed is no host for landing pages
├── TrimInvalid                    app/facecams/library.py: the chosen part of a clip cannot be used
├── CaptionsRefused                app/facecams/caption_text.py: captions are wrong, told by line
├── FacecamInUse                   app/campaigns/facecam_uses.py: campaigns need the facecam
├── NothingSent                    app/campaigns/lead_list_pages.py: the form came without a file
├── ReaderDied                     app/campaigns/lead_process.py: what reads lists ended early
├── TooManyScenes                  app/campaigns/scene_changes.py: no room for another scene
├── DurationsWrong                 app/campaigns/scene_changes.py: a duration is none
├── NothingChosen                  app/campaigns/bulk.py: an action without a campaign to act on
├── TooManyChosen                  app/campaigns/bulk.py: more campaigns than one action takes
├── RenderUnknown                  app/jobs/operator_renders.py: an id that is no video's
├── NotToBeRendered                app/renders/freezing.py: something in a campaign stops its videos
├── NothingToRender                app/renders/requests.py: no lead is left that could get a video
├── StripeFailed                   app/billing/stripe_api.py: Stripe did not do what was asked
├── BoughtAlready                  app/billing/purchases.py: a workspace buys one subscription
├── NothingToChange                app/billing/running_plan.py: there is no such plan to change
│   └── PaymentOpen                app/billing/plan_changes.py: what it costs is to be paid first
├── ChangedMeanwhile               app/billing/plan_changes.py: the figures shown do not hold
├── EventRefused                   app/billing/stripe_api.py: a webhook that is not Stripe's
├── RepairRefused                  app/renders/repairs.py: what was typed mends nothing
├── NotRenderable                  app/renders/frozen_values.py: frozen values that give no video
├── StillHeld                      app/jobs/render_faults.py: another process has the folder
├── FacecamGone                    app/jobs/render_faults.py: a frozen campaign's clip is gone
├── RenderNotMade                  app/bench/service_renders.py: a render of the bench failed
├── NothingAdmitted                app/bench/billing_admission.py: the bench had no room left
├── SamplesMissing                 app/bench/bed.py: the sample sites are not there
├── FfmpegFailed                   app/bench/screencast.py: the ffmpeg program ended with an error
├── DidNotStart                    app/bench/web_bed.py: a process of the bench never listened
├── ImportFailed                   app/bench/web_import.py: the list of the bench was not read
├── Unexpected                     app/bench/web_client.py: an answer that the bench did not expect
├── DemoImpossible                 app/sample_sites.py: the samples cannot be served
├── LinkOutOfReach                 app/viewer/dependencies.py: nothing is known of a link right now
├── LinkPasswordRefused            app/viewer/link_states.py: a link's password is too short
├── StorageFull                    app/storage/disk.py: no room for a file; nothing of it is left
├── StorageFailed                  app/storage/storage_errors.py: files are out of reach, a tree
├── FileNotStored                  app/storage/interface.py: nothing is stored under a key
└── UploadRefused                  app/storage/upload_errors.py: why bytes were not taken, a tree

The pipeline's own errors, which say whether another try helps, are in app/pipeline/errors.py.
"""


class LoomliteError(Exception):
    """An expected failure whose text is fit for the person who caused it."""
