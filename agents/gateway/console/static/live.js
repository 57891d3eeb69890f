// Shows what is new on an open page. Nobody's place is lost: while something in it has the focus,
// news waits, and says that it does.
(() => {
  const live = document.getElementById("live");
  const waiting = document.getElementById("news");
  let due = false;
  let busy = false;
  let missed = false;
  let timer = 0;

  // What runs on another gateway tells this one nothing: while it does, the page asks by itself.
  function ask() {
    clearTimeout(timer);
    if (live.dataset.again) timer = setTimeout(show, 1000 * Number(live.dataset.again));
  }

  function inUse() {
    return live.contains(document.activeElement);
  }

  async function show() {
    if (busy) {
      // What is being asked for may have been made before this piece of news.
      missed = true;
      return;
    }
    if (inUse() || document.hidden) {
      due = true;
      waiting.hidden = !inUse();
      return ask();
    }
    due = missed = false;
    busy = true;
    try {
      const answer = await fetch(location.href, { headers: { "X-Isthmus-Live": "1" } });
      if (answer.redirected) return location.reload();
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("live");
      if (!fresh) return location.reload();
      if (inUse()) {
        due = true;
        waiting.hidden = false;
        return;
      }
      const open = [...live.querySelectorAll("details")].map((each) => each.open);
      live.replaceChildren(...fresh.childNodes);
      [...live.querySelectorAll("details")].forEach((each, place) => { each.open = open[place] ?? false; });
      if (fresh.dataset.again) live.dataset.again = fresh.dataset.again;
      else delete live.dataset.again;
      const menu = page.querySelector("header nav");
      if (menu) document.querySelector("header nav").replaceWith(menu);
      waiting.hidden = true;
      live.dispatchEvent(new CustomEvent("isthmus:shown", { bubbles: true }));
    } catch {
      due = true;
    } finally {
      busy = false;
      if (missed) show();
      else ask();
    }
  }

  function later() {
    // The focus moves on before it is anywhere.
    setTimeout(() => { if (due) show(); }, 0);
  }

  live.addEventListener("focusout", later);
  document.addEventListener("visibilitychange", later);
  ask();
  new EventSource(live.dataset.live).addEventListener("news", show);
})();
