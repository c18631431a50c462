// SPDX-License-Identifier: BSD-2-Clause
// machine.js: one VM: its console, what it is, and what can be done with it.

import { post, request, stream } from "./api.js";
import { h, icon, button, setText, setAttr, show, toast } from "./dom.js";
import { baseName, clock, duration, megabytes } from "./format.js";
import { confirm } from "./dialogs.js";
import { cloneMachine, editMachine } from "./editor.js";
import { failure, isBusy, portLinks, powerButton, spark, words }
	from "./machines.js";
import { state, vmOf, watch } from "./store.js";
import { Terminal } from "./term.js";

// Settings that have a place of their own on the page.
const shown = new Set(["mem", "cores", "hostfwd", "img", "kernel", "share",
	"snapshot"]);

const names = {
	append: "Kernel parameters", root: "Root device", drive2: "Second disk",
	extra: "More words for QEMU", use_pty: "Console on a pty",
	fwcfgvar: "Variables for the guest", fwcfgfile: "Files for the guest",
	bridgenet: "Bridged network", serial_port: "Console by telnet, at port",
	qmp_port: "QMP at port", max_ports: "Console ports", imgtag: "Tag of the image",
	sharerw: "Image not locked", ARCH: "Architecture",
};

function deleteMachine(vm) {
	confirm(`Delete ${vm.name}?`,
		`Its configuration, etc/${vm.name}.conf, is removed. Image and kernel stay.`,
		"Delete", async () => {
			await request("DELETE", `/api/vms/${vm.name}`);
			toast(`${vm.name} is deleted.`);
			location.hash = "#/";
		});
}

function killMachine(vm) {
	confirm(`Kill ${vm.name}?`,
		"It ends at once, as if the plug were pulled. What the guest has not written yet is lost.",
		"Kill", () => post(`/api/vms/${vm.name}/kill`));
}

// What nb-start said, but for how to get in, which the page shows by itself.
function warnings(vm) {
	return (vm.hint ?? "").split("\n").map((line) => line.replace(/^nb-start: /, ""))
		.filter((line) => !line.startsWith(`${vm.name}: `)).join("\n");
}

function facts(vm) {
	const s = vm.settings, run = vm.running;
	const rows = [
		["Memory", megabytes(s.mem ?? 256) +
			(run ? `, ${megabytes(run.memory)} of the host's` : "")],
		["CPUs", String(s.cores ?? 1)],
		["Image", run ? baseName(run.image) : s.img ? baseName(s.img) :
			"the one named like it"],
		s.snapshot && ["Changes", "forgotten when it stops"],
		s.kernel && ["Kernel", baseName(s.kernel)],
		s.share && ["Shared folder", s.share],
		run && ["Process", `${run.pid}, by ${run.accel}`],
		...Object.entries(s).filter(([key]) => !shown.has(key))
			.map(([key, value]) => [names[key] ?? key,
				value === true ? "yes" : String(value)]),
	];
	return rows.filter(Boolean);
}

// A console that is watched, for as long as the VM runs; what it showed last
// while it does not.
function consolePanel(name) {
	const term = new Terminal(`Console of ${name}`);
	const input = h("input", { class: "term-input", "aria-label": `Type to ${name}`,
		placeholder: "Type to the guest, Enter sends", autocomplete: "off",
		autocapitalize: "off", spellcheck: "false" });
	const typed = [];
	let at = 0, close = null, started = null;

	async function send(text) {
		try {
			await post(`/api/vms/${name}/console`, { input: text });
			term.toEnd();
		} catch (problem) {
			toast(problem.message, "bad");
		}
	}
	const form = h("form", { class: "term-form", onsubmit: (event) => {
		event.preventDefault();
		if (input.value)
			typed.push(input.value);
		at = typed.length;
		send(`${input.value}\r`);
		input.value = "";
	} }, h("span", { class: "prompt", "aria-hidden": "true" }, "›"), input,
	h("div", { class: "keys" },
		[["Ctrl-C", "\x03"], ["Ctrl-D", "\x04"], ["Esc", "\x1b"], ["Tab", "\t"]]
			.map(([label, key]) => h("button", { type: "button", class: "button small",
				onclick: () => send(key), "aria-label": `Send ${label}` }, label))));
	input.addEventListener("keydown", (event) => {
		const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
		if (step === undefined || typed.length === 0)
			return;
		event.preventDefault();
		at = Math.min(typed.length, Math.max(0, at + step));
		input.value = typed[at] ?? "";
	});
	function open() {
		close?.();
		term.clear();
		close = stream(`/api/vms/${name}/console`, {
			event({ name: kind, data }) {
				if (kind === "message")
					term.write(data.text);
				else if (kind === "lost")
					term.note("… older lines are gone …");
				else if (kind === "end") {
					close = null;
					if (term.isEmpty())
						term.note("Nothing yet: what the machine writes to its console appears here.");
				}
			},
		});
	}

	// Each start of the VM is another log.
	function update(vm) {
		const key = vm?.running ? `${vm.running.pid}` : "none";
		if (key !== started && vm) {
			if (key === "none" && started !== null)
				term.note(`– ended${vm.ended ? ` at ${clock(vm.ended)}` : ""} –`);
			else
				open();
			started = key;
		}
		// It keeps its place: nothing jumps when the VM comes or goes.
		const takes = vm?.running?.input === true;
		for (const el of form.elements)
			el.disabled = !takes;
		setAttr(input, "placeholder", takes ? "Type to the guest, Enter sends" :
			!vm?.running ? "It does not run" :
				vm.running.console.startsWith("telnet") ?
					`Type by ${vm.running.console}` : "Its console is elsewhere");
	}
	return {
		el: h("section", { class: "panel console", "aria-label": "Console" },
			term.el, form),
		update,
		leave: () => close?.(),
	};
}

export function machineView(name) {
	let vm = vmOf(name) ?? null;
	const badge = h("span", { class: "badge" });
	const power = powerButton(() => vm);
	const kill = button("Kill", "bolt", () => killMachine(vm));
	const edit = button("Edit", "edit", () => editMachine(vm));
	const clone = button("Clone", "copy", () => cloneMachine(vm));
	const remove = button("Delete", "trash", () => deleteMachine(vm));
	const line = spark();
	const cpu = h("b", {}), up = h("b", {});
	const use = h("div", { class: "use" },
		h("span", {}, "CPU ", cpu), line.el, h("span", {}, "Up ", up));
	const ports = h("ul", { class: "ports", "aria-label": "Ports" });
	const failed = failure();
	const hint = h("p", { class: "alert" });
	const list = h("dl", { class: "facts" });
	const panel = consolePanel(name);
	const gone = h("div", { class: "empty", hidden: true }, h("h2", {}, "No such machine"),
		h("p", {}, `There is no etc/${name}.conf, and nothing of that name runs.`),
		h("a", { class: "button", href: "#/" }, "To the machines"));
	const all = h("div", {},
		h("div", { class: "acts" }, power.el, kill, edit, clone, remove),
		failed.el, h("div", { class: "strip" }, use, ports), panel.el, hint, list);
	const el = h("section", {},
		h("a", { class: "back", href: "#/" }, icon("back"), "Machines"),
		h("div", { class: "head" },
			h("h1", { tabindex: "-1" }, name), badge), gone, all);

	function update() {
		if (state.vms === null)
			return;
		vm = vmOf(name) ?? null;
		show(gone, vm === null);
		show(all, vm !== null);
		show(badge, vm !== null);
		panel.update(vm);
		if (vm === null)
			return;
		el.dataset.state = vm.state;
		setText(badge, words[vm.state] ?? vm.state);
		setAttr(badge, "data-state", vm.state);
		power.update(vm);
		kill.disabled = vm.running === null;
		edit.disabled = clone.disabled = !vm.configured || vm.state === "unusable";
		remove.disabled = !vm.configured || vm.running !== null || isBusy(vm);
		failed.update(vm);
		const text = vm.error ?? (vm.ended && !vm.running ?
			`It ended at ${clock(vm.ended)}, not by this page.` : warnings(vm));
		setText(hint, text ?? "");
		show(hint, Boolean(text));
		use.classList.toggle("idle", !vm.running);
		setText(cpu, vm.running ? `${Math.round(vm.running.cpu ?? 0)} %` : "–");
		setText(up, vm.running ? duration(vm.running.uptime) : "–");
		line.update(name);
		portLinks(vm, ports);
		const rows = facts(vm);
		const key = JSON.stringify(rows);
		if (list.dataset.key !== key) {
			list.dataset.key = key;
			list.replaceChildren(...rows.map(([k, v]) =>
				h("div", {}, h("dt", {}, k), h("dd", {}, v))));
		}
	}
	const unwatch = watch(update);
	return { el, title: name, leave() {
		unwatch();
		panel.leave();
	} };
}
