// The little that makes the web chat quicker. Everything works without it: these are the same forms.

const quick = matchMedia("(pointer: fine)");
const composer = document.getElementById("composer");
const text = document.getElementById("text");
const unsent = document.getElementById("unsent");

// A press takes its own button away: whoever uses a keyboard or a screen reader goes on at the answer.
let pressed = false;

function goOn() {
  const place = document.getElementById("new");
  const bubble = place && place.closest(".bubble");
  if (!bubble) return;
  const top = bubble.getBoundingClientRect().top;
  const seen = (each) => each.getBoundingClientRect().bottom - top < innerHeight - composer.offsetHeight;
  // What is too long for the window is read from its beginning, and whoever pressed goes on from there.
  const last = document.getElementById("talk").lastElementChild;
  if (seen(last)) last.scrollIntoView({ block: "nearest" });
  else bubble.scrollIntoView({ block: "start" });
  if (pressed && document.activeElement === document.body && last.id !== "wait") {
    pressed = false;
    const next = bubble.querySelector("button") || document.querySelector("#talk button") || text;
    (next === text || seen(next) ? next : bubble).focus({ preventScroll: true });
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
  if (event.detail.elt.matches("form")) unsent.textContent = "";
  if (event.detail.elt !== composer) return;
  composer.dataset.sent = text.value;
  text.value = "";
  text.focus({ preventScroll: true });
});

for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  document.body.addEventListener(failure, (event) => {
    const form = event.detail.elt;
    if (!form.matches("form")) return; // a look for news: the next one comes by itself
    if (form === composer) text.value = [composer.dataset.sent, text.value].filter(Boolean).join("\n");
    if (event.detail.xhr.status >= 400) form.submit(); // the plain form shows why
    else unsent.textContent = unsent.dataset.words;
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
