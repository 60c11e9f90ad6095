// What the pages of campaigns do by themselves: an order is counted again as it changes, a campaign is followed, an archive is
// dropped. Without it every page still works.
"use strict";

(() => {
  const order = document.getElementById("order"), campaign = document.getElementById("campaign"), verify = document.getElementById("verify");
  if (order) counts(order);
  if (campaign && campaign.dataset.stream) follows(campaign);
  if (verify) drops(verify);

  // put has a new element stand for the one of the same id; what had the focus keeps it.
  function put(next) {
    const now = next.id && document.getElementById(next.id);
    if (!now && next.tagName === "TR") document.getElementById("questions").append(next);
    if (!now || now.outerHTML === next.outerHTML) return;
    const focus = now.contains(document.activeElement) ? document.activeElement.id : "";
    now.replaceWith(next);
    if (focus) document.getElementById(focus)?.focus();
  }

  // page puts the parts of another answer of a page, as the console makes it, into this one.
  async function page(address, body, ...more) {
    const answer = await fetch(address, {method: body ? "POST" : "GET", body, headers: {Accept: "text/html"}});
    if (!answer.ok) return;
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of [...next.querySelectorAll("[data-piece]"), ...more.map((id) => next.getElementById(id))]) if (part) put(part);
  }

  // counts counts an order again each time that it changes, and ticks what goes together.
  function counts(form) {
    let due = 0, asked = 0;
    const counted = (event) => {
      const box = event.target;
      if (box.name === "archive" || event.type === "input" && box.name !== "waivers") return;
      if (box.name === "selector") {
        form.elements.what.value = "some";
        const boxes = [...box.closest(".part").querySelectorAll("input[name=selector]")], part = boxes.find((b) => "part" in b.dataset);
        if (box === part) for (const one of boxes) one.checked = part.checked;
        else if (!box.checked) part.checked = false;
      }
      clearTimeout(due);
      due = setTimeout(async () => {
        const mine = ++asked, data = new FormData(form);
        data.delete("archive"); // it is sent once, at the start
        const query = new URLSearchParams(data);
        const others = box.name === "candidate" ? ["parts", "held"] : [];
        if (others.length > 0) { query.delete("selector"); query.set("what", form.elements.what.value = "all"); }
        if (mine === asked) await page("/campaigns/new", query, ...others);
      }, 150);
    };
    form.addEventListener("change", counted);
    form.addEventListener("input", counted);
  }

  // follows shows how far a campaign is, and says what somebody who does not look must know.
  function follows(campaign) {
    const say = document.getElementById("say"), link = document.getElementById("link");
    const said = {state: document.getElementById("state").dataset.say, turn: ""};
    const source = new EventSource(campaign.dataset.stream);
    source.addEventListener("piece", (event) => {
      const template = document.createElement("template");
      template.innerHTML = event.data; // made and escaped by the console
      const next = template.content.firstElementChild, words = next.dataset.say || "";
      if (next.id !== "turn" && next.id !== "state") { put(next); return; }
      const news = words && words !== said[next.id];
      said[next.id] = words;
      put(next);
      if (!news) return;
      say.textContent = words;
      if (next.id === "turn" && (!document.activeElement || document.activeElement === document.body)) document.querySelector("#turn button")?.focus();
    });
    source.addEventListener("over", () => { source.close(); page(location.pathname); });
    source.onopen = () => { link.hidden = true; };
    source.onerror = () => { link.textContent = link.dataset.lost; link.hidden = source.readyState === EventSource.OPEN; };
  }

  // drops takes an archive that is dropped on the page, and sends it at once; one that is too large is not sent.
  function drops(form) {
    const field = form.elements.archive, large = document.getElementById("large"), zone = form.querySelector(".drop");
    const fits = () => {
      const file = field.files[0], tooLarge = Boolean(file) && file.size > Number(form.dataset.most);
      large.textContent = tooLarge ? form.dataset.large : "";
      large.hidden = !tooLarge;
      return !tooLarge;
    };
    field.addEventListener("change", fits);
    form.addEventListener("submit", (event) => { if (!fits()) event.preventDefault(); });
    for (const kind of ["dragenter", "dragover"]) document.addEventListener(kind, (event) => { event.preventDefault(); zone.classList.add("over"); });
    document.addEventListener("dragleave", () => zone.classList.remove("over"));
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      zone.classList.remove("over");
      if (event.dataTransfer.files.length !== 1) return;
      field.files = event.dataTransfer.files;
      form.requestSubmit();
    });
  }
})();
