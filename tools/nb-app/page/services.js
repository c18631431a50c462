// SPDX-License-Identifier: BSD-2-Clause
// services.js: what can be built, and builds.

import { get, post, request, stream } from "./api.js";
import { h, icon, button, setText, setAttr, show, toast } from "./dom.js";
import { baseName, clock, duration } from "./format.js";
import { newMachine } from "./editor.js";
import { state, watch } from "./store.js";
import { Terminal } from "./term.js";

const words = { running: "Building…", done: "Built", failed: "Failed",
	stopped: "Stopped" };

async function build(service, arch, target) {
	try {
		const b = await post("/api/builds", { service, arch, target });
		location.hash = `#/build/${b.id}`;
	} catch (problem) {
		toast(problem.message, "bad");
	}
}

function serviceRow(s, arch, busy) {
	const where = h("select", { "aria-label": `Where the scripts of ${s.name} run`,
		hidden: !s.scripts },
	h("option", { value: "base", selected: !s.netbsd_only }, "scripts run here"),
	h("option", { value: "build", selected: s.netbsd_only }, "scripts run in NetBSD"));
	const go = button("Build", "build", () =>
		build(s.name, arch(), s.scripts ? where.value : "base"));
	go.setAttribute("aria-label", `Build ${s.name}`);
	go.disabled = busy;
	return h("li", { class: "service" },
		h("div", { class: "service-what" }, h("h2", {}, s.name),
			s.about && h("p", {}, s.about),
			s.images.length > 0 && h("ul", { class: "chips", "aria-label": "Images" },
				s.images.map((i) => h("li", {}, baseName(i))))),
		h("div", { class: "service-acts" }, where,
			s.images.length > 0 && button("New machine", "plus",
				() => newMachine({ name: state.vms?.some((v) => v.name === s.name) ? "" : s.name,
					settings: { img: s.images[0] } })), go));
}

function buildLine(b) {
	return h("li", { class: "build", "data-state": b.state },
		h("span", { class: "dot", "aria-hidden": "true" }),
		h("a", { href: `#/build/${b.id}` }, b.service),
		h("span", { class: "muted" }, `${b.arch} · ${words[b.state]} · ${clock(b.started)}`));
}

export function servicesView() {
	const list = h("ul", { class: "services" });
	const builds = h("ul", { class: "builds" });
	const recent = h("section", { hidden: true }, h("h2", {}, "Recent builds"), builds);
	const arch = h("select", { name: "arch" }, ["amd64", "i386", "evbarm-aarch64"]
		.map((a) => h("option", { value: a }, a)));
	const problem = h("p", { class: "alert bad", role: "alert", hidden: true });
	const el = h("section", {},
		h("div", { class: "head" }, h("div", {},
			h("h1", { tabindex: "-1" }, "Services"),
			h("p", { class: "lead" }, "Each becomes an image that a machine boots.")),
		h("label", { class: "inline" }, "Build for ", arch)),
		problem, recent, list);
	let known = null;

	function fill() {
		const busy = state.builds.some((b) => b.state === "running");
		list.replaceChildren(...(known?.services ?? []).map((s) =>
			serviceRow(s, () => arch.value, busy)));
	}

	async function load() {
		try {
			const first = known === null;
			known = await get("/api/services");
			if (first)
				arch.value = known.arch;
			show(problem, false);
			fill();
		} catch (why) {
			setText(problem, why.message);
			show(problem, true);
		}
	}

	let last = null;
	const leave = watch(() => {
		const key = JSON.stringify(state.builds);
		if (key === last)
			return;
		last = key;
		builds.replaceChildren(...state.builds.map(buildLine));
		show(recent, state.builds.length > 0);
		load();
	});
	return { el, title: "Services", leave };
}

export function buildView(id) {
	const badge = h("span", { class: "badge" });
	const title = h("h1", { tabindex: "-1" }, "Build");
	const lead = h("p", { class: "lead" });
	const term = new Terminal("What the build says");
	const stop = button("Stop it", "stop", async () => {
		try {
			await request("DELETE", `/api/builds/${id}`);
		} catch (problem) {
			toast(problem.message, "bad");
		}
	});
	const again = button("Build again", "build", () => {
		const b = mine();
		build(b.service, b.arch, b.target);
	});
	const make = button("New machine", "plus", async () => {
		const b = mine();
		const name = `${b.service}-${b.arch}.img`;
		const image = (await get("/api/files")).images.find((i) => i.name === name);
		newMachine({ name: state.vms?.some((v) => v.name === b.service) ? "" : b.service,
			settings: { img: image?.path } });
	}, "primary");
	const next = h("a", { class: "button primary" }, h("span", {}));
	const el = h("section", {},
		h("a", { class: "back", href: "#/services" }, icon("back"), "Services"),
		h("div", { class: "head" }, h("div", {}, title, lead), badge),
		h("div", { class: "acts" }, next, make, stop, again),
		h("section", { class: "panel console", "aria-label": "Log" }, term.el));
	const mine = () => state.builds.find((b) => String(b.id) === id);

	const close = stream(`/api/builds/${id}/log`, {
		event({ name, data }) {
			if (name === "message")
				term.write(data.text);
			else if (name === "lost")
				term.note("… older lines are gone …");
			else if (name === "end")
				term.note(data.status === 0 ? "– done –" :
					`– ${data.state}, status ${data.status} –`);
		},
		down(problem) {
			if (problem.status === 404)
				term.note("This build is not known any more: nb-app was started anew.");
		},
	});

	function update() {
		const b = mine();
		show(badge, Boolean(b));
		show(stop, b?.state === "running");
		show(again, Boolean(b) && b.state !== "running");
		const vm = b && state.vms?.find((v) => v.name === b.service);
		const built = b?.state === "done" && b.target !== "kernfetch";
		show(next, Boolean(built && vm));
		show(make, Boolean(built && !vm));
		if (!b)
			return;
		setText(title, b.target === "kernfetch" ? "Kernel" : b.service);
		setText(lead, `for ${b.arch}, begun at ${clock(b.started)}` +
			(b.ended ? `, took ${duration(b.ended - b.started)}` : ""));
		setText(badge, words[b.state]);
		setAttr(badge, "data-state", b.state);
		if (vm) {
			next.href = `#/vm/${vm.name}`;
			setText(next.firstElementChild, `To ${vm.name}`);
		}
	}
	const unwatch = watch(update);
	return { el, title: "Build", leave() {
		unwatch();
		close();
	} };
}
