// Small helps; every page works without them: "/" goes to the search box, j k y n e work in the review queue, a fact
// that was jumped to flashes, a citation is copied, selected words go into the form for missed facts, times are shown in the reader's zone
// with UTC on hover.
"use strict";
(() => {
  const typing = (node) => /^(INPUT|SELECT|TEXTAREA)$/.test(node.tagName);
  const items = [...document.querySelectorAll("#queue .item")];
  let at = -1;
  const go = (n) => {
    if (!items.length) return;
    at = Math.max(0, Math.min(items.length - 1, n));
    items.forEach((item, i) => item.classList.toggle("current", i === at));
    items[at].focus();
    items[at].scrollIntoView({ block: "center" });
  };
  document.addEventListener("keydown", (event) => {
    if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") {
      event.preventDefault();
      document.getElementById("q").focus();
    } else if (event.key === "j") go(at + 1);
    else if (event.key === "k") go(at - 1);
    else if ("yne".includes(event.key) && at >= 0) {
      const button = items[at].querySelector(`[data-key="${event.key}"]`);
      if (button) button.click();
    }
  });
  const flash = () => {
    const anchor = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    let mark = anchor && anchor.nextElementSibling;
    while (mark && mark.classList.contains("anchor")) mark = mark.nextElementSibling; // facts that begin together
    document.querySelectorAll(".flash").forEach((node) => node.classList.remove("flash"));
    if (mark) {
      mark.classList.add("flash");
      mark.scrollIntoView({ block: "center" });
    }
  };
  addEventListener("hashchange", flash);
  flash();
  // words selected in an article go into the form for missed facts
  const text = document.getElementById("text");
  const words = document.getElementById("m-words");
  if (text && words) {
    document.addEventListener("selectionchange", () => {
      const chosen = getSelection();
      const here = chosen && !chosen.isCollapsed && text.contains(chosen.anchorNode) && text.contains(chosen.focusNode);
      const said = here ? String(chosen).trim() : "";
      if (said && said.length <= 2000) {
        words.value = said.replace(/\n\n+/g, "\n");
        document.getElementById("missed").open = true;
      }
    });
  }
  const cite = document.getElementById("cite");
  if (cite && navigator.clipboard) {
    const button = document.createElement("button");
    button.className = "small";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(cite.textContent);
      button.textContent = "Copied";
    });
    cite.after(button);
  }
  for (const time of document.querySelectorAll("time[datetime*='T']")) {
    const when = new Date(time.dateTime);
    if (!isNaN(when)) {
      time.title = time.dateTime.replace("T", " ").replace("Z", "") + " UTC";
      time.textContent = time.dataset.full ? when.toLocaleString("sv-SE").slice(0, 16) : when.toLocaleDateString("sv-SE");
    }
  }
})();
