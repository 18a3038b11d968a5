/** A part that is told anew keeps what somebody has unfolded in it: menus, logs. */

window.htmx.registerExtension("unfolded", {
  // Only extensions hear of it, no listener does. False: the attribute stays as it is.
  htmx_before_morph_attr: (element, { attrName, newValue }) =>
    !(attrName === "open" && newValue === null && element.matches("details")),
});
