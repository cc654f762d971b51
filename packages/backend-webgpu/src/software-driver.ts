/** Where Debian's and Fedora's Chromium, and Chrome, keep SwiftShader, a Vulkan driver that computes on the processor. */
const SWIFTSHADER = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib64/chromium-browser/vk_swiftshader_icd.json',
  '/opt/google/chrome/vk_swiftshader_icd.json',
];

/** With any of these the user has said which drivers there are. */
const CHOICES = ['VK_ICD_FILENAMES', 'VK_DRIVER_FILES', 'VK_ADD_DRIVER_FILES'];

/**
 * Lets the Vulkan loader see SwiftShader beside the drivers that it finds by itself, so that a machine without a GPU has a
 * software device. Linux only; before Dawn is loaded.
 */
export function addSoftwareDriver(): void {
  if (process.platform !== 'linux' || CHOICES.some((name) => process.env[name])) return;
  const { existsSync } = process.getBuiltinModule('node:fs');
  const driver = SWIFTSHADER.find((path) => existsSync(path));
  if (driver) process.env['VK_ADD_DRIVER_FILES'] = driver;
}
