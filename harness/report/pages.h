/* The two forms of a page, as text in memory. */
#ifndef LIMEN_REPORT_PAGES_H
#define LIMEN_REPORT_PAGES_H

#include "base/error.h"
#include "base/text.h"
#include "report/document.h"

/* `folder` is the report's, with the plots drawn already: their SVG files become part of the page.
 * `reproduce` and `manifest_json` may be NULL. */
int limen_html_page(struct limen_text *out, const struct limen_document *document,
                    const char *folder, const char *reproduce, const char *manifest_json,
                    struct limen_error *error);

/* Links plots and, when `has_manifest`, the manifest; leaves out whatever comes from a clock. */
int limen_markdown_page(struct limen_text *out, const struct limen_document *document,
                        const char *reproduce, bool has_manifest, struct limen_error *error);

/* Where a plot lies below the report's folder: "plots" or "plots/timed". */
const char *limen_plot_folder(const struct limen_plot *plot);

/* The style sheet, without the colours (palette.h). */
extern const char limen_html_style[];

#endif
