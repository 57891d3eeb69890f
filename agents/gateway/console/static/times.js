// Tells each time in the viewer's zone, and counts down to what ends. Without script UTC is said.
// How long is left is the server's to know: a viewer's clock may be wrong.
(() => {
  const told = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const ends = new WeakMap();

  function left(until) {
    const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    const minutes = Math.floor(seconds / 60);
    const hours = Math.floor(minutes / 60);
    if (seconds === 0) return "a moment";
    return hours ? `${hours} h ${minutes % 60} min` : `${minutes} min ${seconds % 60} s`;
  }

  function tell(within) {
    for (const each of within.querySelectorAll("time[datetime]")) {
      if (each.hasAttribute("data-left")) {
        ends.set(each, Date.now() + 1000 * Number(each.dataset.left));
        each.textContent = left(ends.get(each));
      } else {
        each.title = each.dateTime;
        each.textContent = told.format(new Date(each.dateTime));
      }
    }
    for (const each of within.querySelectorAll("[data-zone]")) each.textContent = zone;
  }

  tell(document);
  setInterval(() => {
    for (const each of document.querySelectorAll("time[data-left]")) {
      each.textContent = left(ends.get(each));
    }
  }, 1000);
  document.addEventListener("isthmus:shown", (event) => tell(event.target));
})();
