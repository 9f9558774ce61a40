interface Login {
  url: string;
  user: string;
  password: string;
}

const lines = (title: string, { url, user, password }: Login): string[] => [`  ${title.padEnd(11)} ${url || 'no address yet'}`, `    user      ${user}`, `    password  ${password}`, ''];

/** `credentials` as text that can be copied. */
export const loginLines = (data: { tenant: string; wordpress: Login; openwebui: Login }): string[] => [
  '',
  `Logins that ${data.tenant} began with`,
  '',
  ...lines('WordPress', data.wordpress),
  ...lines('Open WebUI', data.openwebui),
  '  A password that was changed in an application since then is not known here.',
  '',
];
