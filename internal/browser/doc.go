// Package browser plays a person's browser: it keeps cookies, follows redirects, submits the forms by which portals
// and operators pass SAML messages on, logs in by a recipe, and keeps every hop of the way. What stops it is told by
// name (a loop, a login page that changed, cookies refused), so that nobody is accused of it.
//
// It judges nothing: whether a page should have been served is the scenario's business. Agent runs no script and
// ignores SameSite; Chromium is for pages that need one.
package browser
