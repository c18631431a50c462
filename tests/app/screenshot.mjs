// SPDX-License-Identifier: BSD-2-Clause
//
// screenshot.mjs: one picture of the page, when its VMs have run for a while:
//
//	node screenshot.mjs BROWSERDIR URL FILE
const [browserDir, url, file] = process.argv.slice(2);
const { chromium } = await import(`${browserDir}/playwright-core/index.mjs`);

const browser = await chromium.launch({
	executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
	args: ["--no-sandbox", "--disable-dev-shm-usage"],
});
const page = await browser.newPage({ viewport: { width: 1120, height: 692 },
	colorScheme: "light", locale: "en-GB" });
await page.goto(url);
await page.locator(".vm").first().waitFor();
await page.waitForTimeout(28000);
await page.screenshot({ path: file });
await browser.close();
