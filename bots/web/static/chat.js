// The little that makes the web chat quicker. Everything works without it: these are the same forms.

const quick = matchMedia("(pointer: fine)");
const composer = document.getElementById("composer");
const text = document.getElementById("text");

// A press takes its own button away: whoever uses a keyboard or a screen reader goes on at the answer.
let pressed = false;

function goOn() {
  const place = document.getElementById("new");
  const bubble = place && place.closest(".bubble");
  if (!bubble) return;
  const buttons = document.querySelectorAll("#talk button");
  const last = document.getElementById("wait") || buttons[buttons.length - 1] || bubble;
  last.scrollIntoView({ block: "nearest" });
  bubble.scrollIntoView({ block: "nearest" });
  if (pressed && document.activeElement === document.body && !document.getElementById("wait")) {
    pressed = false;
    (bubble.querySelector("button") || buttons[0] || text).focus({ preventScroll: true });
  }
}

document.addEventListener("submit", (event) => {
  if (event.target !== composer) pressed = true;
}, true);

document.body.addEventListener("htmx:afterSettle", goOn);

// Answers may overtake each other: an older state of the conversation never replaces a newer one.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const newest = Number(event.detail.xhr.getResponseHeader("x-newest") || 0);
  if (newest < Number(document.getElementById("seen").value)) event.detail.shouldSwap = false;
  const spoken = event.detail.xhr.getResponseHeader("x-language");
  if (spoken && spoken !== document.documentElement.lang) {
    event.detail.shouldSwap = false;
    location.hash = "new"; // loaded anew, the page goes on at the answer
    location.reload();
  }
});

// What was sent leaves the field at once, so that one may go on writing; it comes back when it did not arrive.
document.body.addEventListener("htmx:beforeSend", (event) => {
  if (event.detail.elt !== composer) return;
  composer.dataset.sent = text.value;
  text.value = "";
  text.focus({ preventScroll: true });
});

for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  document.body.addEventListener(failure, (event) => {
    if (event.detail.elt === composer) text.value = [composer.dataset.sent, text.value].filter(Boolean).join("\n");
    if (event.detail.xhr && event.detail.xhr.status >= 400) event.detail.elt.submit(); // the plain form shows why
  });
}

text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && quick.matches) {
    event.preventDefault();
    if (text.value.trim()) composer.requestSubmit();
  }
});

goOn();

// Whoever pressed before these scripts were there comes back to the answer's place by the plain form. Going to a place
// takes the focus away, so that it is given only then.
if (location.hash === "#new") {
  addEventListener("load", () => requestAnimationFrame(() => setTimeout(() => {
    pressed = true;
    goOn();
  })));
}
