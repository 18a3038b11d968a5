/** The phone's sidebar is a popover and needs no script to open; this closes it where nobody else does. */

const sidebar = document.getElementById("sidebar");
const close = () => { if (sidebar.matches(":popover-open")) sidebar.hidePopover(); };

matchMedia("(min-width: 48rem)").addEventListener("change", close);
addEventListener("pagehide", close); // or Back shows the page with the sheet still open
