// SPDX-License-Identifier: BSD-2-Clause
//
// page.mjs: what a person does with the page, done in a real browser. Started
// in a project's folder:
//
//	node page.mjs BROWSERDIR OUTDIR PORT VMPORT nb-app [options]
//
// BROWSERDIR is what tests/app/browser prints; screenshots go to OUTDIR. nb-app
// is started, and started again, from here. Says each step; ends at the first
// that fails.
import { execFile, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

const [browserDir, out, port, vmPort, program, ...options] = process.argv.slice(2);
const { chromium } = await import(`${browserDir}/playwright-core/index.mjs`);
const axe = readFileSync(`${browserDir}/axe-core/axe.min.js`, "utf8");
const base = `http://localhost:${port}`;
const nbVm = program.replace(/nb-app$/, "nb-vm");
const BOOT = 120000, BUILD = 240000;

const run = promisify(execFile);

mkdirSync(out, { recursive: true });

function must(right, text) {
	if (!right)
		throw new Error(text);
}

let app = null;

async function startApp() {
	app = spawn(program, ["-p", port, ...options], { stdio: ["ignore", "pipe", "inherit"] });
	await new Promise((done, fail) => {
		app.stdout.once("data", done);
		app.once("exit", (code) => fail(new Error(`nb-app ends with ${code}`)));
	});
}

async function stopApp() {
	const end = new Promise((done) => app.once("exit", done));
	app.kill("SIGTERM");
	must(await end === 0, "nb-app does not end well");
}

await startApp();
const browser = await chromium.launch({
	executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
	args: ["--no-sandbox", "--disable-dev-shm-usage"],
});
const context = await browser.newContext({ viewport: { width: 1280, height: 800 },
	colorScheme: "light", locale: "en-GB" });
const page = await context.newPage();
page.setDefaultTimeout(20000);

// What the browser complains of is a fault, but that a server is away which was
// stopped.
let away = false;
const complaints = [];
page.on("pageerror", (error) => complaints.push(error.stack));
page.on("console", (m) => {
	const refused = /ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY|401|Failed to load resource: the server responded with a status of 500/
		.test(m.text());
	if (m.type() === "error" && !(away && refused) && !(refused && expectFailure))
		complaints.push(m.text());
});
let expectFailure = false;

// Nothing may move about by itself.
await context.addInitScript(() => {
	window.shifted = 0;
	new PerformanceObserver((list) => {
		for (const entry of list.getEntries()) {
			if (!entry.hadRecentInput)
				window.shifted += entry.value;
		}
	}).observe({ type: "layout-shift", buffered: true });
});

const button = (name, exact = true) => page.getByRole("button", { name, exact });
const heading = (name) => page.getByRole("heading", { name, exact: true, level: 1 });

async function go(path) {
	await page.goto(`${base}/#${path}`);
	await page.locator("h1").first().waitFor();
}

async function within(ms, what, test) {
	const end = Date.now() + ms;
	let last;
	do {
		last = await test();
		if (last)
			return Date.now() - end + ms;
		await pause(50);
	} while (Date.now() < end);
	throw new Error(`${what}: not within ${ms} ms`);
}

const badge = () => page.locator(".badge").textContent();
const consoleText = () => page.locator(".term-lines").innerText();

async function judge(name) {
	for (const [colorScheme, width, height] of [["light", 1280, 800],
		["dark", 1280, 800], ["light", 390, 844], ["dark", 390, 844]]) {
		await page.emulateMedia({ colorScheme });
		await page.setViewportSize({ width, height });
		await pause(250);
		await page.screenshot({ path: `${out}/${name}-${colorScheme}-${width}.png` });
		const wide = await page.evaluate(() =>
			document.scrollingElement.scrollWidth - innerWidth);
		must(wide <= 0, `${name}: ${wide} pixels too wide at ${width}`);
		// The page's own policy lets no script in but its own.
		const found = await page.evaluate(`${axe}; axe.run(document, {
			resultTypes: ["violations"] })`);
		const bad = found.violations.filter((v) =>
			["serious", "critical"].includes(v.impact));
		must(bad.length === 0, `${name}, ${colorScheme}, ${width}: ` +
			bad.map((v) => `${v.id}: ${v.nodes.map((n) => `${n.target} ${n.failureSummary}`).join("; ")}`).join("\n"));
	}
	await page.emulateMedia({ colorScheme: "light" });
	await page.setViewportSize({ width: 1280, height: 800 });
}

const steps = {
	async "nothing yet"() {
		await go("/");
		await page.getByRole("heading", { name: "No machine yet" }).waitFor();
		await judge("empty");
	},
	async "by keyboard alone"() {
		await go("/");
		await page.reload();
		await button("New machine").first().waitFor();
		await page.keyboard.press("Tab");
		must(await page.locator(":focus").textContent() === "Skip to the content",
			"the first key does not skip");
		await page.keyboard.press("Enter");
		must(await page.locator(":focus").getAttribute("id") === "main", "not in main");
		await button("New machine").first().focus();
		await page.keyboard.press("Enter");
		await page.locator("dialog[open]").waitFor();
		await page.keyboard.press("Escape");
		await page.locator("dialog").waitFor({ state: "detached" });
		must((await page.locator(":focus").textContent()).includes("New machine"),
			"the focus is lost");
	},
	async "a service is built and its log seen"() {
		await go("/services");
		await button("Build bozohttpd").click();
		await heading("bozohttpd").waitFor();
		await within(BUILD, "built", async () => await badge() === "Built");
		must(/nb-mkfs: images\/bozohttpd-\w+\.img/.test(await consoleText()),
			`the log: ${await consoleText()}`);
		await judge("build");
	},
	async "a machine is created from it"() {
		await button("New machine").click();
		await page.getByLabel("Name").fill("site");
		await page.getByLabel("Memory in MB").fill("12");
		await button("Create").click();
		await page.getByText("a number from 48 to").waitFor();
		await page.getByLabel("Memory in MB").fill("128");
		await button("Add a port").click();
		await page.getByLabel(/^Port of this host/).fill(vmPort);
		await page.getByLabel(/^Port of the guest/).fill("80");
		await page.getByLabel("Forget changes when it stops").check();
		await judge("form");
		await button("Create").click();
		await heading("site").waitFor();
		const conf = readFileSync("etc/site.conf", "utf8");
		for (const line of [/^img=images\/bozohttpd-\w+\.img$/m, /^mem=128$/m,
			new RegExp(`^hostfwd=::${vmPort}-:80$`, "m"), /^snapshot=y$/m])
			must(line.test(conf), `no ${line} in ${conf}`);
	},
	async "it starts, its console is shown, its service answers"() {
		await button("Start site").click();
		await within(20000, "running", async () => await badge() === "Running");
		await within(BOOT, "the guest's output",
			async () => /running \/etc\/rc/.test(await consoleText()));
		const link = page.getByRole("link", { name: new RegExp(`Open port ${vmPort}`) });
		must(await link.getAttribute("href") === `http://127.0.0.1:${vmPort}/`, "the link");
		await within(BOOT, "an answer", async () => {
			try {
				return (await fetch(`http://127.0.0.1:${vmPort}/`)).ok;
			} catch {
				return false;
			}
		});
		await page.waitForTimeout(2500);
		await judge("machine");
	},
	async "it is edited while it runs"() {
		await button("Edit").click();
		await page.getByLabel("Memory in MB").fill("192");
		await button("Save").click();
		await page.getByText("it counts from the next start").waitFor();
		must(/^mem=192$/m.test(readFileSync("etc/site.conf", "utf8")), "the conf");
		must(await button("Delete").isDisabled(), "it could be deleted");
	},
	async "nb-app is started anew under an open page"() {
		const id = readFileSync("qemu-site.pid", "utf8").trim();
		away = true;
		await stopApp();
		await within(2000, "that it is away is told", () =>
			page.locator("#offline").isVisible());
		await startApp();
		await within(4000, "that it is back is seen", async () =>
			!await page.locator("#offline").isVisible());
		// the console's stream learns of the new token by itself
		await page.waitForTimeout(2000);
		away = false;
		must(await badge() === "Running", "the VM does not run");
		must(readFileSync("qemu-site.pid", "utf8").trim() === id, "another VM");
		// the token that the page had is not this nb-app's
		away = true;
		await button("Edit").click();
		await page.getByLabel("CPUs").fill("2");
		await button("Save").click();
		await page.getByText("it counts from the next start").last().waitFor();
		away = false;
	},
	async "it dies, and the page says so within two seconds"() {
		process.kill(Number(readFileSync("qemu-site.pid", "utf8")), "SIGKILL");
		const ms = await within(2000, "stopped", async () => await badge() === "Stopped");
		await page.getByText("not by this page").waitFor();
		console.log(`  ${ms} ms`);
	},
	async "page and command stop it at once"() {
		await button("Start site").click();
		await within(20000, "running", async () => await badge() === "Running");
		// the command begins when the page has asked
		const command = page.waitForRequest(/\/site\/stop$/)
			.then(() => run(nbVm, ["stop", "site"]));
		await button("Stop site").click();
		await command;
		await within(3000, "stopped", async () => await badge() === "Stopped");
		must(!await page.locator(".toast.bad").isVisible(), "an error is told");
	},
	async "a click meant for what was there does not do the opposite"() {
		await button("Start site").click();
		await within(20000, "running", async () => await badge() === "Running");
		await button("Stop site").waitFor();
		// by the page itself: the click comes with the change, sooner than
		// any driver of browsers could send it
		await page.evaluate(() => {
			window.clicked = new Promise((done) => {
				const power = document.querySelector(".power");
				new MutationObserver((_, self) => {
					if (!power.getAttribute("aria-label").startsWith("Start"))
						return;
					self.disconnect();
					setTimeout(() => { power.click(); done(); }, 50);
				}).observe(power, { attributes: true });
			});
		});
		await run(nbVm, ["stop", "site"]);
		await page.evaluate(() => window.clicked);
		await pause(1500);
		must(await badge() === "Stopped", "it was started again");
	},
	async "what the command does is seen within two seconds"() {
		const start = program.replace(/nb-app$/, "nb-start");
		execFileSync(start, ["-d", "-f", "etc/site.conf"], { stdio: "ignore" });
		const up = await within(2000, "running", async () => await badge() === "Running");
		execFileSync(nbVm, ["stop", "site"], { stdio: "ignore" });
		const down = await within(2000, "stopped", async () => await badge() === "Stopped");
		console.log(`  ${up} ms, ${down} ms`);
	},
	async "a console takes what is typed"() {
		await go("/services");
		await button("Build rescue").click();
		await within(BUILD, "built", async () => await badge() === "Built");
		await button("New machine").click();
		await page.getByLabel("Name").fill("shell");
		await button("Create").click();
		await heading("shell").waitFor();
		await button("Start shell").click();
		await within(BOOT, "a prompt", async () => /^# /m.test(await consoleText()));
		await page.getByLabel("Type to shell").fill("echo RESCUE $((6 * 7))");
		await page.keyboard.press("Enter");
		await within(20000, "its answer", async () =>
			/^RESCUE 42/m.test(await consoleText()));
		await button("Kill").click();
		await page.locator("dialog").getByRole("button", { name: "Kill" }).click();
		await within(5000, "stopped", async () => await badge() === "Stopped");
	},
	async "why a start fails is told, and stays"() {
		const image = /^img=(.*)$/m.exec(readFileSync("etc/site.conf", "utf8"))[1];
		renameSync(image, `${image}.away`);
		expectFailure = true;
		await button("Stop").waitFor({ state: "detached" }).catch(() => {});
		await go("/");
		await button("Start site").click();
		const alert = page.locator(".vm", { hasText: "site" }).locator(".failure pre");
		await alert.waitFor();
		must((await alert.textContent()).includes("no such"), await alert.textContent());
		await page.reload();
		await alert.waitFor();
		await judge("failure");
		renameSync(`${image}.away`, image);
		await page.locator(".vm", { hasText: "site" })
			.getByRole("button", { name: "Dismiss" }).click();
		await alert.waitFor({ state: "hidden" });
		expectFailure = false;
	},
	async "a clone, and deleting"() {
		await go("/vm/site");
		await button("Clone").click();
		await page.getByLabel("Name of the clone").fill("site-2");
		await page.locator("dialog").getByRole("button", { name: "Clone" }).click();
		await heading("site-2").waitFor();
		must(/^mem=192$/m.test(readFileSync("etc/site-2.conf", "utf8")), "the clone");
		for (const name of ["site-2", "site", "shell"]) {
			await go(`/vm/${name}`);
			await heading(name).waitFor();
			await button("Delete").click();
			await page.locator("dialog").getByRole("button", { name: "Delete" }).click();
			await heading("Machines").waitFor();
			must(!existsSync(`etc/${name}.conf`), `${name} is left`);
		}
		await page.getByRole("heading", { name: "No machine yet" }).waitFor();
	},
	async "the other views"() {
		await go("/services");
		await page.locator(".service").first().waitFor();
		await judge("services");
		await go("/host");
		await page.locator(".card").first().waitFor();
		await judge("host");
		await go("/vm/none");
		await page.getByRole("heading", { name: "No such machine" }).waitFor();
		await judge("none");
	},
};

let failed = false;
for (const [name, step] of Object.entries(steps)) {
	console.log(name);
	try {
		await step();
		must(complaints.length === 0, `the browser: ${complaints.join("\n")}`);
		const shifted = await page.evaluate(() => window.shifted);
		must(shifted < 0.1, `the page moves about: ${shifted}`);
	} catch (error) {
		await page.screenshot({ path: `${out}/failed.png` }).catch(() => {});
		console.log(`failed: ${error.message}`, complaints);
		failed = true;
		break;
	}
}
await browser.close();
await stopApp();
process.exit(failed ? 1 : 0);
