// What the pages do by themselves: exchanges appear as they are kept, and texts are copied. Without it every page still works.
"use strict";

(() => {
  const most = 5000; // rows that stay in the page

  const pause = document.getElementById("pause");
  if (pause) follow(pause);
  for (const button of document.querySelectorAll("[data-copy]")) copies(button);

  // follow puts what comes at the head of the table; while it is paused, what came waits.
  function follow(pause) {
    const rows = document.getElementById("rows"), live = document.getElementById("live");
    const count = document.getElementById("count"), none = document.getElementById("none");
    let total = Number(count.dataset.total), waiting = [], due = false;
    const held = () => pause.getAttribute("aria-pressed") === "true";

    const show = () => {
      due = false;
      if (held() || waiting.length === 0) return;
      const template = document.createElement("template");
      template.innerHTML = waiting.reverse().join(""); // made and escaped by the console
      waiting = [];
      rows.prepend(template.content);
      while (rows.children.length > most) rows.lastElementChild.remove();
      count.textContent = total === 1 ? count.dataset.single : count.dataset.many.replace("%d", total);
      none.hidden = true;
    };
    const soon = () => {
      if (!due) { due = true; setTimeout(show, 50); }
    };
    let source = null, last = "";
    const tell = () => { live.textContent = held() ? live.dataset.paused : source && source.readyState === EventSource.OPEN ? live.dataset.live : live.dataset.lost; };
    const open = () => {
      const from = new URL(pause.dataset.stream, location.href);
      if (last) from.searchParams.set("after", last);
      source = new EventSource(from);
      source.addEventListener("exchange", (event) => {
        total++;
        last = event.lastEventId;
        waiting.push(event.data);
        if (waiting.length > most) waiting.shift();
        soon();
      });
      // A verdict that comes later changes the row that is there; a list of one verdict takes it in.
      source.addEventListener("judged", (event) => {
        const template = document.createElement("template");
        template.innerHTML = event.data; // made and escaped by the console
        const row = template.content.firstElementChild, there = document.getElementById(row.id);
        const at = waiting.findIndex((one) => one.startsWith(`<tr id="${row.id}"`));
        if (there) there.replaceWith(row);
        else if (at >= 0) waiting[at] = event.data;
        else if (from.searchParams.get("verdict")) {
          total++;
          waiting.push(event.data);
          soon();
        }
      });
      source.onopen = tell;
      source.onerror = tell;
    };
    open();
    // A browser keeps few links to one host: a page that nobody sees leaves its own to others, and catches up.
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) source.close();
      else if (source.readyState === EventSource.CLOSED) open();
    });
    pause.hidden = false;
    pause.addEventListener("click", () => {
      pause.setAttribute("aria-pressed", String(!held()));
      tell();
      show();
    });
  }

  // copies has a button copy a text of the page.
  function copies(button) {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset.copy).cloneNode(true);
      for (const caption of text.querySelectorAll("figcaption")) caption.remove();
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = button.dataset.done;
    });
  }
})();
