// SPDX-License-Identifier: BSD-2-Clause
// machines.js: the list of VMs.

import { post } from "./api.js";
import { h, svg, icon, button, setText, setAttr, show, toast } from "./dom.js";
import { baseName, clock, duration, megabytes, plural } from "./format.js";
import { KEPT, state, watch } from "./store.js";
import { editMachine, newMachine } from "./editor.js";

export const words = {
	running: "Running", stopped: "Stopped", starting: "Starting…",
	stopping: "Stopping…", unusable: "Cannot be read", paused: "Paused",
	suspended: "Suspended", shutdown: "Shut down",
};

export const isBusy = (vm) =>
	vm.state === "starting" || vm.state === "stopping";

// What to type in the browser, or the port and where it leads.
export function portLinks(vm, into) {
	const key = JSON.stringify([vm.ports, vm.running !== null]);
	if (into.dataset.key === key)
		return;
	into.dataset.key = key;
	into.replaceChildren(...vm.ports.map((p) => {
		const text = `${p.protocol === "udp" ? "udp " : ""}${p.port} → ${p.guest}`;
		const scheme = p.guest === 443 || p.guest === 8443 ? "https" : "http";
		const web = p.protocol === "tcp" && vm.running !== null &&
			[80, 443, 8000, 8080, 8443].includes(p.guest);
		const host = p.address.startsWith("127.") ? p.address : location.hostname;
		return h("li", {}, web ?
			h("a", { class: "port", href: `${scheme}://${host}:${p.port}/`,
				target: "_blank", rel: "noopener noreferrer",
				"aria-label": `Open port ${p.port}, the guest's ${p.guest}` },
			text, icon("out")) :
			h("span", { class: "port", title: `${p.address}:${p.port} leads to the guest's port ${p.guest}` }, text));
	}));
}

// The last figures of a VM's CPU, as a line.
export function spark() {
	const line = svg("polyline", { points: "" });
	const el = svg("svg", { class: "spark", viewBox: "0 0 80 24",
		preserveAspectRatio: "none", "aria-hidden": "true" }, line);
	return {
		el,
		update(name) {
			const known = state.history.get(name) ?? [];
			const figures = [...Array(KEPT - known.length).fill(0), ...known];
			const top = Math.max(100, ...figures);
			line.setAttribute("points", figures.map((cpu, i) =>
				`${(i * 80 / (KEPT - 1)).toFixed(1)},${(22 - cpu / top * 20).toFixed(1)}`).join(" "));
		},
	};
}

export async function act(vm, what) {
	try {
		await post(`/api/vms/${vm.name}/${what}`);
	} catch (problem) {
		// A start that was tried and failed is told where the VM stands,
		// and stays there.
		if (what !== "start" || problem.status !== 500)
			toast(problem.message, "bad");
	}
}

// Why a start failed. Words of ours that name a command get a button for it.
export function failure(vm) {
	const text = h("pre", {});
	const when = h("span", { class: "muted" });
	const fix = h("span", {});
	const el = h("div", { class: "alert bad failure", role: "alert" },
		h("div", { class: "failure-head" }, h("strong", {}, "It did not start"),
			when, button("Dismiss", "close",
				() => act({ name: el.dataset.name }, "dismiss"), "quiet", true)),
		text, fix);
	let last = null;
	return {
		el,
		update(now) {
			show(el, now.failure !== null);
			if (now.failure === last)
				return;
			last = now.failure;
			el.dataset.name = now.name;
			setText(text, (now.failure ?? "").replaceAll("nb-start: ", ""));
			setText(when, now.failed ? `at ${clock(now.failed)}` : "");
			fix.replaceChildren();
			const wanted = /bmake (?:ARCH=(\S+) )?(?:SERVICE=([\w.-]+) )?(base|kernfetch)\b/
				.exec(now.failure ?? "");
			if (wanted)
				fix.append(fixButton(now.name, wanted));
		},
	};
}

function fixButton(name, [, arch, service, target]) {
	const label = target === "base" ? `Build ${service ?? name}` :
		"Fetch the kernel";
	return button(label, "build", async () => {
		try {
			const build = await post("/api/builds", { service: service ?? "base",
				target, ...(arch && { arch }) });
			location.hash = `#/build/${build.id}`;
		} catch (problem) {
			toast(problem.message, "bad");
		}
	});
}

export function summary(vm) {
	const s = vm.settings;
	return [megabytes(s.mem ?? 256), plural(s.cores ?? 1, "CPU"),
		s.img ? baseName(s.img) : null].filter(Boolean).join(" · ");
}

const SETTLE = 400;

// Start or stop, whichever makes sense. What has just changed from one to the
// other under somebody's pointer takes no click for a moment: who stops a VM
// while it ends does not want it started.
export function powerButton(latest) {
	const label = h("span", {});
	const shape = h("span", { class: "shape" });
	let what = null, timer = 0;	// set until it has settled
	const el = h("button", { type: "button", class: "button power",
		onclick: () => {
			if (el.getAttribute("aria-disabled") !== "true")
				act(latest(), what);
		} }, shape, label);
	const power = {
		el,
		update(vm) {
			const stop = vm.running !== null || vm.state === "stopping";
			const next = stop ? "stop" : "start";
			if (next !== what) {
				if (what !== null) {
					clearTimeout(timer);
					timer = setTimeout(() => {
						timer = 0;
						power.update(latest());
					}, SETTLE);
				}
				what = next;
				shape.replaceChildren(icon(stop ? "stop" : "play"));
				setText(label, stop ? "Stop" : "Start");
				el.classList.toggle("primary", !stop);
			}
			el.setAttribute("aria-label", `${stop ? "Stop" : "Start"} ${vm.name}`);
			setAttr(el, "aria-disabled", isBusy(vm) || timer !== 0 ||
				vm.state === "unusable" ? "true" : null);
			el.classList.toggle("busy", isBusy(vm));
		},
	};
	return power;
}

function row(vm) {
	let latest = vm;
	const dot = h("span", { class: "dot", "aria-hidden": "true" });
	const name = h("a", { class: "vm-name", href: `#/vm/${vm.name}` }, vm.name);
	const status = h("span", { class: "vm-state" });
	const facts = h("span", { class: "vm-facts" });
	const ports = h("ul", { class: "ports", "aria-label": `Ports of ${vm.name}` });
	const line = spark();
	const cpu = h("span", { class: "figure" });
	const up = h("span", { class: "figure" });
	const use = h("div", { class: "vm-use" }, line.el,
		h("div", {}, h("span", { class: "sr" }, "CPU "), cpu,
			h("span", { class: "sr" }, ", up "), up));
	const power = powerButton(() => latest);
	const edit = button(`Edit ${vm.name}`, "edit", () => editMachine(latest), "quiet", true);
	const failed = failure();
	const el = h("li", { class: "vm" },
		h("div", { class: "vm-line" },
			h("div", { class: "vm-who" }, dot, h("div", {},
				h("div", { class: "vm-title" }, name, status), facts)),
			ports, use,
			h("div", { class: "vm-acts" },
				h("a", { class: "button quiet bare", href: `#/vm/${vm.name}`,
					"aria-label": `Console of ${vm.name}`, title: "Console" },
				icon("console")), edit, power.el)),
		failed.el);

	function update(now) {
		latest = now;
		el.dataset.state = now.state;
		setText(status, words[now.state] ?? now.state);
		const note = now.error ?? (now.ended && now.running === null ?
			`ended at ${clock(now.ended)}, not by this page` : null) ??
			(now.configured ? null : "started without a configuration here");
		setText(facts, now.error ?? [summary(now), note].filter(Boolean).join(" · "));
		portLinks(now, ports);
		show(ports, now.ports.length > 0);
		use.classList.toggle("idle", now.running === null);
		if (now.running) {
			line.update(now.name);
			setText(cpu, `${Math.round(now.running.cpu ?? 0)} %`);
			setText(up, duration(now.running.uptime));
		} else {
			setText(cpu, "");
			setText(up, "");
		}
		power.update(now);
		edit.disabled = !now.configured || now.state === "unusable";
		failed.update(now);
	}
	update(vm);
	return { el, update };
}

// Rows stay the same elements while their names are there: whoever is at a
// button stays at it.
function keepRows(list, rows, vms) {
	const names = new Set(vms.map((vm) => vm.name));
	for (const [name, r] of rows) {
		if (!names.has(name)) {
			r.el.remove();
			rows.delete(name);
		}
	}
	vms.forEach((vm, i) => {
		let r = rows.get(vm.name);
		if (r)
			r.update(vm);
		else
			rows.set(vm.name, r = row(vm));
		if (list.children[i] !== r.el)
			list.insertBefore(r.el, list.children[i] ?? null);
	});
}

export function machinesView() {
	const count = h("p", { class: "lead" }, "Looking…");
	const create = button("New machine", "plus", () => newMachine(), "primary");
	const list = h("ul", { class: "vms", "aria-label": "Machines" });
	const problem = h("p", { class: "alert bad", role: "alert", hidden: true });
	const filter = h("input", { type: "search", class: "filter",
		placeholder: "Filter", "aria-label": "Filter machines by name",
		oninput: () => update(state) });
	const empty = h("div", { class: "empty", hidden: true });
	const rows = new Map();
	const el = h("section", {},
		h("div", { class: "head" }, h("div", {},
			h("h1", { tabindex: "-1" }, "Machines"), count),
		h("div", { class: "head-acts" }, filter, create)),
		problem, list, empty);

	function update({ vms, problem: why }) {
		if (vms === null)
			return;
		const running = vms.filter((vm) => vm.running !== null).length;
		const wanted = filter.value.trim().toLowerCase();
		const shown = vms.filter((vm) => vm.name.toLowerCase().includes(wanted));
		setText(count, vms.length === 0 ? "None yet" :
			running === 0 ? `${plural(vms.length, "machine")}, none running` :
				`${running} of ${vms.length} running`);
		setText(problem, why ?? "");
		show(problem, why !== null);
		show(filter, vms.length > 6);
		keepRows(list, rows, shown);
		show(list, shown.length > 0);
		show(empty, shown.length === 0);
		fillEmpty(empty, vms.length === 0, wanted);
	}
	return { el, title: "Machines", leave: watch(update) };
}

function fillEmpty(empty, none, wanted) {
	const key = none ? "none" : wanted;
	if (empty.dataset.key === key)
		return;
	empty.dataset.key = key;
	if (!none) {
		empty.replaceChildren(h("p", {}, `No machine has “${wanted}” in its name.`));
		return;
	}
	empty.replaceChildren(
		h("h2", {}, "No machine yet"),
		h("p", {}, "A machine boots an image of a service: a web server, a shell, whatever is in service/. Build one, then give it memory and ports here."),
		h("div", { class: "row" }, button("New machine", "plus", () => newMachine(), "primary"),
			h("a", { class: "button", href: "#/services" }, icon("build"), h("span", {}, "Build a service"))));
}

