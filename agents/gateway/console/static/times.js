// Tells each time in the viewer's zone, and counts down to what ends. Without script UTC is said.
(() => {
  const told = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

  function left(until) {
    const seconds = Math.max(0, Math.floor((until - Date.now()) / 1000));
    if (seconds === 0) return "over";
    const minutes = Math.floor(seconds / 60);
    return minutes ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
  }

  function tell(within) {
    for (const each of within.querySelectorAll("time[datetime]")) {
      const at = new Date(each.dateTime);
      if (each.hasAttribute("data-left")) each.textContent = left(at);
      else {
        each.title = each.dateTime;
        each.textContent = told.format(at);
      }
    }
    for (const each of within.querySelectorAll("[data-zone]")) each.textContent = zone;
  }

  tell(document);
  setInterval(() => {
    for (const each of document.querySelectorAll("time[data-left]")) {
      each.textContent = left(new Date(each.dateTime));
    }
  }, 1000);
  document.addEventListener("isthmus:shown", (event) => tell(event.target));
})();
