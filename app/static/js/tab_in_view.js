/** On a phone the row of tabs is longer than the screen: the current one is scrolled into it. */

document.querySelector(".tab-links [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
