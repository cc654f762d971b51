import { defaultDevice } from './default-device.ts';
import { lookForDevice, openDevice, registerBackend } from './start.ts';

registerBackend(async () => openDevice((await lookForDevice(defaultDevice())).found));
