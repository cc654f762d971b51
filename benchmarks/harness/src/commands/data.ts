import { defineCommand } from 'citty';

export const dataCommand = defineCommand({
  meta: {
    name: 'data',
    description: 'Data sets and weights of loss networks: list, download or generate, check',
  },
  subCommands: {
    list: () => import('./data-list.ts').then((module) => module.dataListCommand),
    fetch: () => import('./data-fetch.ts').then((module) => module.dataFetchCommand),
    verify: () => import('./data-verify.ts').then((module) => module.dataVerifyCommand),
  },
});
