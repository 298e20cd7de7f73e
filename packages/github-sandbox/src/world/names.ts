/** What GitHub takes for a login. */
export const loginForm = /^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/;

/** What GitHub takes for a repository's name. */
export const repositoryNameForm = /^[\w.-]+$/;
