// The little that makes the web chat quicker. Everything works without it: these are the same forms.

const quick = matchMedia("(pointer: fine)");
const text = document.getElementById("text");

function newest() {
  return document.getElementById("new");
}

// A press takes its own button away: whoever uses a keyboard or a screen reader goes on at the answer.
function goOn(pressed) {
  const bubble = newest();
  if (!bubble) return;
  bubble.scrollIntoView({ block: "nearest" });
  (bubble.querySelector("button") || document.getElementById("wait") || bubble).scrollIntoView({ block: "nearest" });
  if (pressed && document.activeElement === document.body) {
    const next = bubble.querySelector("button") || [...document.querySelectorAll("#talk button")].pop() || text;
    next.focus({ preventScroll: true });
  }
}

document.body.addEventListener("htmx:afterSettle", (event) => {
  const form = event.detail.requestConfig && event.detail.requestConfig.elt;
  goOn(Boolean(form) && form.matches(".bubble form"));
});

document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt.id !== "composer") return;
  if (event.detail.successful) {
    text.value = "";
    text.focus({ preventScroll: true });
  } else {
    event.detail.elt.submit(); // the plain form shows the page that says why
  }
});

text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && quick.matches) {
    event.preventDefault();
    if (text.value.trim()) event.target.form.requestSubmit();
  }
});

goOn(false);
