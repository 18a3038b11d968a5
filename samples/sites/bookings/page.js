// The banner blocks the page until it is answered, and forgets the answer: each visit asks again.
const banner = document.getElementById("cookie-consent");
const answer = () => { banner.remove(); document.body.classList.remove("locked"); };
document.getElementById("cookie-accept").addEventListener("click", answer);
document.getElementById("cookie-reject").addEventListener("click", answer);

// The calendar lives on another origin and says how tall it has become.
const calendar = document.getElementById("calendar");
addEventListener("message", (event) => {
  if (event.origin !== new URL(calendar.src).origin) return;
  if (Number.isFinite(event.data?.height)) calendar.height = event.data.height;
});
