// SPDX-License-Identifier: BSD-2-Clause
// editor.js: the form for a VM's settings. Only what was changed is sent, so
// that what a person wrote into a conf by hand stays as it is.

import { get, post, request } from "./api.js";
import { h, button, toast } from "./dom.js";
import { ask, checkbox, checkName, field, nameInput } from "./dialogs.js";
import { bytes } from "./format.js";
import { state } from "./store.js";

// "tcp:127.0.0.1:8080-:80": what it is made of; null when it is not.
function parseForward(text) {
	const m = /^(tcp|udp)?:([^:]*):(\d+)-([^:]*):(\d+)$/.exec(text);
	return m && { protocol: m[1] ?? "tcp", address: m[2], port: m[3],
		guestAddress: m[4], guest: m[5] };
}

function writeForward(f) {
	return `${f.protocol === "tcp" ? "" : f.protocol}:${f.address}:${f.port}-${f.guestAddress}:${f.guest}`;
}

function select(name, value, options) {
	const all = [...options];
	if (value && !all.some(([v]) => v === value))
		all.push([value, value]);
	return h("select", { name }, all.map(([v, text]) =>
		h("option", { value: v, selected: v === (value ?? "") }, text)));
}

function portRow(forward, removed) {
	const id = ++rows;
	const put = (name, label, value) => h("input", { class: "port-input",
		inputmode: "numeric", pattern: "[0-9]*", maxlength: "5", value,
		"data-part": name, "aria-label": `${label} of forward ${id}`,
		placeholder: name === "port" ? "8080" : "80" });
	const protocol = h("select", { "data-part": "protocol",
		"aria-label": `Protocol of forward ${id}` },
	["tcp", "udp"].map((p) => h("option",
		{ value: p, selected: p === forward.protocol }, p.toUpperCase())));
	const loopback = forward.address === "" || forward.address === "127.0.0.1";
	const from = h("select", { "data-part": "address",
		"aria-label": `Who reaches forward ${id}` },
	h("option", { value: loopback ? forward.address : "", selected: loopback }, "this host"),
	h("option", { value: "0.0.0.0", selected: forward.address === "0.0.0.0" }, "everyone"),
	!loopback && forward.address !== "0.0.0.0" &&
		h("option", { value: forward.address, selected: true }, forward.address));
	const el = h("li", { class: "forward", "data-guest": forward.guestAddress },
		protocol, from, put("port", "Port of this host", forward.port),
		h("span", { "aria-hidden": "true" }, "→"),
		put("guest", "Port of the guest", forward.guest),
		button(`Remove forward ${id}`, "close", () => {
			el.remove();
			removed();
		}, "quiet", true));
	return el;
}
let rows = 0;

function portsField(hostfwd) {
	const parsed = (hostfwd ? hostfwd.split(",") : []).map(parseForward);
	const list = h("ul", { class: "forwards" });
	const more = button("Add a port", "plus", () => {
		const used = [...list.querySelectorAll("[data-part=port]")]
			.map((i) => Number(i.value));
		const el = portRow({ protocol: "tcp", address: "", guestAddress: "",
			port: freePort(used), guest: "80" }, () => more.focus());
		list.append(el);
		el.querySelector("[data-part=port]").focus();
	}, "small");
	for (const f of parsed)
		list.append(portRow(f ?? { protocol: "tcp", address: "", port: "",
			guestAddress: "", guest: "" }, () => more.focus()));
	const el = h("fieldset", {}, h("legend", {}, "Ports of this host that lead into the guest"),
		list, more);
	return { el, read: () => [...list.children].map(readForward).join(",") };
}

function readForward(el) {
	const part = (name) => el.querySelector(`[data-part=${name}]`);
	for (const name of ["port", "guest"]) {
		const n = Number(part(name).value);
		if (!/^\d+$/.test(part(name).value) || n < 1 || n > 65535)
			throw Object.assign(new Error("A port is a number from 1 to 65535."),
				{ field: part(name) });
	}
	return writeForward({ protocol: part("protocol").value,
		address: part("address").value, port: part("port").value,
		guestAddress: el.dataset.guest, guest: part("guest").value });
}

// One that no other machine wants.
function freePort(used) {
	const taken = new Set(used);
	for (const vm of state.vms ?? [])
		vm.ports.forEach((p) => taken.add(p.port));
	let port = 8080;
	while (taken.has(port))
		port++;
	return String(port);
}

function imageOptions(images, first) {
	return [["", first], ...images.map((i) =>
		[i.path, `${i.name} (${bytes(i.disk)})`])];
}

function number(name, value, min, max, placeholder) {
	return h("input", { name, inputmode: "numeric", pattern: "[0-9]*",
		value: value ?? "", placeholder, "data-min": min, "data-max": max });
}

function text(name, value, placeholder) {
	return h("input", { name, value: value ?? "", placeholder,
		autocomplete: "off", autocapitalize: "off", spellcheck: "false" });
}

function shareField(share, shares) {
	const ro = share?.endsWith(":ro") ?? false;
	const path = ro ? share.slice(0, -3) : share ?? "";
	const input = text("share", path, shares[0] ? `${shares[0]}/…` : "none");
	const list = h("datalist", { id: "shares" },
		shares.map((s) => h("option", { value: s })));
	input.setAttribute("list", "shares");
	input.disabled = shares.length === 0 && !share;
	const hint = shares.length === 0 ?
		"No folder may be shared: start nb-app with -w FOLDER to allow one." :
		`On the guest's /mnt. Allowed: ${shares.join(", ")} and what is below.`;
	const only = checkbox("Read-only for the guest", "share_ro", ro);
	only.querySelector("input").disabled = input.disabled;
	return h("div", {}, field("Shared folder", input, hint), list, only);
}

function advanced(s, files) {
	return h("details", {}, h("summary", {}, "More settings"),
		h("div", { class: "grid" },
			field("Kernel", select("kernel", s.kernel, imageOptions(
				files.kernels, "The usual one"))),
			field("Architecture", select("ARCH", s.ARCH, [["", "The image's"],
				["amd64", "amd64"], ["i386", "i386"],
				["evbarm-aarch64", "evbarm-aarch64"]])),
			field("Second disk", select("drive2", s.drive2, files.images
				.flatMap((i) => [[i.path, i.name],
					[`${i.path}:ro`, `${i.name}, read-only`],
					[`${i.path}:snapshot`, `${i.name}, changes thrown away`]])
				.reduce((all, o) => [...all, o], [["", "None"]]))),
			field("Console by telnet, at port", number("serial_port",
				s.serial_port, 1, 65535, "no"), "Then this page only shows the console."),
			field("Kernel parameters", text("append", s.append, "-z")),
			field("Root device", text("root", s.root, "the image's own")),
			field("Variables for the guest", text("fwcfgvar", s.fwcfgvar,
				"NAME=value,…")),
			field("Tag of the image", text("imgtag", s.imgtag, "none"))),
		checkbox("Let other machines use the image too", "sharerw",
			s.sharerw === true, "The image is not locked. Two that write to it destroy it."));
}

const numbers = ["mem", "cores", "serial_port"];
const texts = ["img", "kernel", "ARCH", "drive2", "append", "root", "fwcfgvar",
	"imgtag"];
const flags = ["snapshot", "sharerw"];

function readNumber(form, name) {
	const input = form.elements[name];
	const value = input.value.trim();
	if (value === "")
		return null;
	const n = Number(value);
	const { min, max } = input.dataset;
	if (!/^\d+$/.test(value) || n < Number(min) || n > Number(max)) {
		const label = form.querySelector(`label[for=${input.id}]`).textContent;
		throw Object.assign(new Error(`${label}: a number from ${min} to ${max}.`),
			{ field: input });
	}
	return n;
}

// All that the form says; null is what is left to nb-start.
function read(form, ports) {
	const all = { hostfwd: ports.read() || null };
	for (const name of numbers)
		all[name] = readNumber(form, name);
	for (const name of texts)
		all[name] = form.elements[name].value.trim() || null;
	for (const name of flags)
		all[name] = form.elements[name].checked || null;
	const share = form.elements.share.value.trim();
	all.share = share ? share + (form.elements.share_ro.checked ? ":ro" : "") :
		null;
	return all;
}

// Forwards that say the same in other words are the same.
function same(key, a, b) {
	if (key === "hostfwd" && a && b)
		return a.split(",").map((f) => parseForward(f)).map((f) => f && writeForward(f))
			.join(",") === b;
	return (a ?? null) === (b ?? null);
}

function changes(before, after) {
	const changed = {};
	for (const [key, value] of Object.entries(after)) {
		if (!same(key, before[key], value))
			changed[key] = value;
	}
	return changed;
}

// The server names the setting that it does not take.
function pointAt(form, problem) {
	const key = /^(\w+):/.exec(problem.message)?.[1];
	const input = key && form.elements[key];
	if (input instanceof HTMLElement) {
		input.closest("details")?.setAttribute("open", "");
		problem.field = input;
	}
	return problem;
}

function ownImage(vm) {
	return vm ? `Its own: ${vm.name}-ARCH.img` : "The one named like the machine";
}

function body(vm, s, files, name, ports) {
	return [
		name && field("Name", name, "Also the service whose image it boots, unless you choose one."),
		field("Image", select("img", s.img, imageOptions(files.images, ownImage(vm)))),
		h("div", { class: "grid" },
			field("Memory in MB", number("mem", s.mem, 48, 1048576, "256")),
			field("CPUs", number("cores", s.cores, 1, 288, "1"))),
		ports.el,
		checkbox("Forget changes when it stops", "snapshot", s.snapshot === true,
			"The guest may write, but the image stays as it is."),
		shareField(s.share, files.shares),
		advanced(s, files),
	];
}

async function load() {
	try {
		return await get("/api/files");
	} catch (problem) {
		toast(problem.message, "bad");
		return null;
	}
}

export async function editMachine(vm) {
	const [files, now] = await Promise.all([load(),
		get(`/api/vms/${vm.name}`).catch(() => vm)]);
	if (files === null)
		return;
	const ports = portsField(now.settings.hostfwd);
	const saved = await ask({
		title: `Edit ${vm.name}`, yes: "Save", wide: true,
		body: body(vm, now.settings, files, null, ports),
		async submit(form) {
			const settings = changes(now.settings, read(form, ports));
			if (Object.keys(settings).length === 0)
				return "same";
			try {
				return await request("PATCH", `/api/vms/${vm.name}`,
					{ settings, revision: now.revision });
			} catch (problem) {
				throw pointAt(form, problem);
			}
		},
	});
	if (saved && saved !== "same")
		toast(vm.running ? `${vm.name} is saved; it counts from the next start.` :
			`${vm.name} is saved.`);
}

export async function newMachine(preset = {}) {
	const files = await load();
	if (files === null)
		return;
	const ports = portsField(null);
	const name = nameInput(preset.name);
	const saved = await ask({
		title: "New machine", yes: "Create", wide: true,
		body: body(null, { mem: 256, ...preset.settings }, files, name, ports),
		async submit(form) {
			const settings = changes({}, read(form, ports));
			try {
				return await post("/api/vms", { name: checkName(name), settings });
			} catch (problem) {
				throw pointAt(form, problem);
			}
		},
	});
	if (saved) {
		toast(`${saved.name} is there.`);
		location.hash = `#/vm/${saved.name}`;
	}
}

// The same forwards, at ports that no machine wants.
function shifted(vm) {
	const used = [];
	return vm.settings.hostfwd.split(",").map((one) => {
		const f = parseForward(one);
		if (f === null)
			return one;
		f.port = freePort(used);
		used.push(Number(f.port));
		return writeForward(f);
	}).join(",");
}

// What a clone needs to be of use beside the original: the image that is not
// named like it, and ports of its own.
async function cloneSettings(vm) {
	const settings = {};
	if (vm.settings.hostfwd)
		settings.hostfwd = shifted(vm);
	if (!vm.settings.img) {
		const own = (await load())?.images.find((i) =>
			i.name === `${vm.name}-${i.arch}.img`);
		if (own)
			settings.img = own.path;
	}
	return settings;
}

export async function cloneMachine(vm) {
	const settings = await cloneSettings(vm);
	let name = `${vm.name}-2`;
	for (let n = 3; state.vms?.some((v) => v.name === name); n++)
		name = `${vm.name}-${n}`;
	const input = nameInput(name);
	const made = await ask({
		title: `Clone ${vm.name}`, yes: "Clone",
		body: [field("Name of the clone", input),
			h("p", { class: "muted" }, "It gets the same settings",
				settings.hostfwd ? `, and ports of its own (${settings.hostfwd})` : "",
				". Both boot one image: while one of them may write to it, the other does not start.")],
		submit: () => post(`/api/vms/${vm.name}/clone`,
			{ name: checkName(input), settings }),
	});
	if (made) {
		toast(`${made.name} is a clone of ${vm.name}.`);
		location.hash = `#/vm/${made.name}`;
	}
}
