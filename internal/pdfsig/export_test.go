package pdfsig

// CMSOf signs bytes.
var CMSOf = cmsOf
