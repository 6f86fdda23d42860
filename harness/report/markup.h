/* The only markup in texts: *emphasis* and `code`, and a backslash that takes a mark literally. */
#ifndef LIMEN_REPORT_MARKUP_H
#define LIMEN_REPORT_MARKUP_H

#include "base/text.h"

enum limen_span { LIMEN_SPAN_PLAIN, LIMEN_SPAN_EMPHASIS, LIMEN_SPAN_CODE };

/* Takes the next run off `*at`: fills `out` (cleared first) with its literal text and `kind` with
 * its kind. Returns 0 at the end. A mark without its partner is literal, and so is a star with
 * spaces around it, as in "k * n". */
int limen_markup_next(const char **at, enum limen_span *kind, struct limen_text *out);

#endif
