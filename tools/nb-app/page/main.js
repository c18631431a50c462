// SPDX-License-Identifier: BSD-2-Clause
// main.js: which view is shown, and what stands around it.

import { onTokenWanted } from "./api.js";
import { h, setText, show } from "./dom.js";
import { askToken } from "./dialogs.js";
import { begin, state, watch } from "./store.js";
import { machinesView } from "./machines.js";
import { machineView } from "./machine.js";
import { servicesView, buildView } from "./services.js";
import { hostView } from "./host.js";

const routes = [
	{ path: /^\/$/, nav: "machines", view: machinesView },
	{ path: /^\/vm\/([\w.-]+)$/, nav: "machines", view: machineView },
	{ path: /^\/services$/, nav: "services", view: servicesView },
	{ path: /^\/build\/(\d+)$/, nav: "services", view: buildView },
	{ path: /^\/host$/, nav: "host", view: hostView },
];

const main = document.getElementById("main");
let leave = null;

// A view gives its element, its title, and how to leave it.
function open(first) {
	const path = location.hash.slice(1) || "/";
	let found = null, parts = [];
	for (const route of routes) {
		const match = route.path.exec(path);
		if (match) {
			found = route;
			parts = match.slice(1);
		}
	}
	leave?.();
	leave = null;
	const view = found ? found.view(...parts) : nowhere();
	leave = view.leave;
	main.replaceChildren(view.el);
	document.title = `${view.title} – smolBSD`;
	for (const a of document.querySelectorAll("[data-nav]")) {
		if (a.dataset.nav === found?.nav)
			a.setAttribute("aria-current", "page");
		else
			a.removeAttribute("aria-current");
	}
	// Who reads by ear is told where they are now.
	if (!first) {
		main.querySelector("h1")?.focus();
		scrollTo(0, 0);
	}
}

function nowhere() {
	return {
		title: "Not found",
		el: h("section", {}, h("h1", { tabindex: "-1" }, "Nothing here"),
			h("p", {}, h("a", { href: "#/" }, "To the machines"))),
	};
}

// That a page is out of date has to be seen at once.
function connection() {
	const banner = document.getElementById("offline");
	let heard = false;
	setTimeout(() => {
		heard = true;
		update();
	}, 1500);
	function update() {
		heard = heard || state.connected;
		const lost = heard && !state.connected;
		document.body.classList.toggle("lost", lost);
		setText(banner, lost ?
			"nb-app does not answer. What you see may be out of date; trying again…" : "");
		show(banner, lost);
	}
	watch(update);
}

onTokenWanted(askToken);
document.querySelector(".skip").addEventListener("click", (event) => {
	event.preventDefault();
	main.focus();
});
addEventListener("hashchange", () => open(false));
connection();
begin();
open(true);
