/* Writers of a document. */
#ifndef LIMEN_REPORT_WRITER_H
#define LIMEN_REPORT_WRITER_H

#include "base/error.h"
#include "base/text.h"
#include "report/document.h"

/* Draws every plot into FOLDER/plots and writes FOLDER/index.html (self-contained: inline SVG) and
 * FOLDER/report.md (links the SVGs by relative path). `reproduce` is the one-line command;
 * `manifest_json` is shown folded in the HTML only, since it is not deterministic. */
int limen_report_write(const struct limen_document *document, const char *folder,
                       const char *reproduce, const char *manifest_json, struct limen_error *error);

/* Appends what limen_report_write draws: "plots/NAME" or "plots/timed/NAME", a line a plot. */
void limen_report_plots(const struct limen_document *document, struct limen_text *out);

/* Removes from FOLDER the files of plots that an earlier report had and this one has not: a page
 * must not lie beside figures that it does not know. `earlier` is the list that limen_report_plots
 * made then, or NULL; what it does not name, such as a user's own picture, is left alone.
 * LIMEN_FAILED when memory runs out: some are left then. */
int limen_report_drop_plots(const struct limen_document *document, const char *folder,
                            const char *earlier, struct limen_error *error);

/* Appends text with the five HTML characters escaped and control characters made visible. */
void limen_html_escape(struct limen_text *out, const char *text);
/* Appends text so that Markdown shows it literally; newlines become spaces. */
void limen_markdown_escape(struct limen_text *out, const char *text);

#endif
