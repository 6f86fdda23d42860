/* The page in HTML. No script runs on it and nothing is fetched, which the page itself demands of
 * the browser (Content-Security-Policy): should any escape ever fail, still nothing happens. */
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "report/markup.h"
#include "report/pages.h"
#include "report/palette.h"
#include "report/svg_inline.h"
#include "report/writer.h"

enum { SVG_BYTES_MOST = 64 << 20, NOWRAP_MOST = 24 /* bytes of a cell */ };

/* ---- text ---- */

static void add_spans(struct limen_text *out, const char *text) {
  static const char *const opening[] = {"", "<em>", "<code>"};
  static const char *const closing[] = {"", "</em>", "</code>"};
  struct limen_text run = {0};
  enum limen_span kind;
  while (limen_markup_next(&text, &kind, &run)) {
    limen_text_add(out, opening[kind]);
    limen_html_escape(out, limen_text_string(&run));
    limen_text_add(out, closing[kind]);
    if (run.failed) out->failed = true;
  }
  limen_text_clear(&run);
}

/* Calls `put` for every line that is not empty. */
static void each_line(struct limen_text *out, const char *text,
                      void (*put)(struct limen_text *out, const char *line)) {
  while (*text) {
    size_t length = strcspn(text, "\n");
    char *line = length > 0 ? limen_print(NULL, "%.*s", (int)length, text) : NULL;
    if (line) put(out, line);
    if (length > 0 && !line) out->failed = true;
    limen_free(line);
    text += length + (text[length] == '\n');
  }
}

static void add_item(struct limen_text *out, const char *line) {
  limen_text_add(out, "<li>");
  add_spans(out, line);
  limen_text_add(out, "</li>\n");
}

static void add_pair(struct limen_text *out, const char *line) {
  const char *colon = strstr(line, ": ");
  char *term = colon ? limen_print(NULL, "%.*s", (int)(colon - line), line) : NULL;
  if (colon && !term) out->failed = true;
  limen_text_add(out, "<dt>");
  add_spans(out, term ? term : line);
  limen_text_add(out, "</dt><dd>");
  if (colon) add_spans(out, colon + 2);
  limen_text_add(out, "</dd>\n");
  limen_free(term);
}

static void add_wrapped(struct limen_text *out, const char *before, const char *text,
                        const char *after) {
  limen_text_add(out, before);
  add_spans(out, text);
  limen_text_add(out, after);
}

static void add_code(struct limen_text *out, const char *text) {
  limen_text_add(out, "<pre class=\"copy\"><code>");
  limen_html_escape(out, text);
  limen_text_add(out, "</code></pre>\n");
}

/* ---- tables ---- */

static void add_rows(struct limen_text *out, const struct limen_table *table, size_t from,
                     size_t to) {
  for (size_t r = from; r < to; r++) {
    limen_text_add(out, "<tr>");
    for (size_t c = 0; c < table->columns; c++) {
      const char *kind = r == 0 ? "th scope=\"col\"" : "td";
      const char *cell = table->cells[r * table->columns + c];
      /* Short texts stay on one line; a narrow page scrolls the table instead. */
      const char *look = table->is_number[c]                    ? " class=\"n\""
                         : r > 0 && strlen(cell) <= NOWRAP_MOST ? " class=\"s\""
                                                                : "";
      limen_text_print(out, "<%s%s>", kind, look);
      limen_html_escape(out, cell);
      limen_text_add(out, r == 0 ? "</th>" : "</td>");
    }
    limen_text_add(out, "</tr>\n");
  }
}

static void add_table(struct limen_text *out, const struct limen_table *table) {
  /* Folding one or two rows away would cost more room than it saves. */
  size_t shown = table->fold_after > 0 && table->rows > table->fold_after + 3
                     ? table->fold_after + 1
                     : table->rows;
  const char *caption = table->caption ? table->caption : "";
  limen_text_print(out, "<figure class=\"table%s\">\n", shown < table->rows ? " fold" : "");
  limen_text_add(out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
  limen_html_escape(out, *caption ? caption : "Table");
  limen_text_add(out, "\">\n<table>\n");
  if (*caption) {
    limen_text_add(out, "<caption><span>");
    limen_html_escape(out, caption);
    limen_text_add(out, "</span></caption>\n");
  }
  limen_text_add(out, "<thead>\n");
  add_rows(out, table, 0, 1);
  limen_text_add(out, "</thead>\n<tbody>\n");
  add_rows(out, table, 1, shown);
  if (shown < table->rows) {
    limen_text_add(out, "</tbody>\n<tbody class=\"rest\">\n");
    add_rows(out, table, shown, table->rows);
  }
  limen_text_add(out, "</tbody>\n</table>\n</div>\n");
  if (shown < table->rows)
    limen_text_print(
        out,
        "<details><summary><span class=\"more\">Show all %zu rows</span>"
        "<span class=\"less\">Show the first %zu rows only</span></summary></details>\n",
        table->rows - 1, shown - 1);
  limen_text_add(out, "</figure>\n");
}

/* ---- plots ---- */

static int add_plot(struct limen_text *out, const struct limen_plot *plot, const char *folder,
                    size_t number, struct limen_error *error) {
  static const struct {
    const char *ending, *words;
  } files[] = {{"svg", "SVG"}, {"png", "PNG"}, {"dat", "data"}, {"gp", "gnuplot script"}};
  struct limen_text remarks = {0};
  char *svg = NULL;
  size_t count;
  int status = LIMEN_FAILED;
  char *path = limen_print(error, "%s/%s/%s.svg", folder, limen_plot_folder(plot), plot->name);
  if (!path) goto done;
  if ((status = limen_file_read(path, SVG_BYTES_MOST, &svg, &count, error)) != LIMEN_OK) goto done;
  limen_text_print(out, "<figure class=\"plot\" id=\"figure-%s\">\n<div class=\"scroll\">\n",
                   plot->name);
  if ((status = limen_svg_inline(out, svg, plot, error)) != LIMEN_OK) goto done;
  limen_text_print(out, "</div>\n<figcaption><b>Figure %zu.</b> ", number);
  limen_html_escape(out, plot->caption);
  if ((status = limen_plot_remarks(plot, &remarks, error)) != LIMEN_OK) goto done;
  if (remarks.length > 0) {
    limen_text_add(out, " ");
    limen_html_escape(out, remarks.data);
  }
  limen_text_add(out, "\n<p class=\"files\">");
  for (size_t i = 0; i < sizeof files / sizeof *files; i++)
    limen_text_print(out, "%s<a href=\"%s/%s.%s\">%s</a>", i > 0 ? " · " : "",
                     limen_plot_folder(plot), plot->name, files[i].ending, files[i].words);
  limen_text_add(out, "</p>\n</figcaption>\n</figure>\n");
done:
  limen_text_clear(&remarks);
  limen_free(svg);
  limen_free(path);
  return status;
}

/* ---- the page ---- */

static void add_text_block(struct limen_text *out, const struct limen_block *block, size_t number) {
  switch (block->type) {
    case LIMEN_BLOCK_HEADING:
      limen_text_print(out, "<h2 id=\"section-%zu\">", number);
      limen_html_escape(out, block->text);
      limen_text_add(out, "</h2>\n");
      break;
    case LIMEN_BLOCK_PARAGRAPH:
      add_wrapped(out, "<p>", block->text, "</p>\n");
      break;
    case LIMEN_BLOCK_ANSWER:
      add_wrapped(out, "<div class=\"answer\" role=\"note\" aria-label=\"Answer\">", block->text,
                  "</div>\n");
      break;
    case LIMEN_BLOCK_WARNING:
      add_wrapped(out, "<div class=\"warning\" role=\"note\"><strong>Note.</strong> ", block->text,
                  "</div>\n");
      break;
    case LIMEN_BLOCK_LIST:
      limen_text_add(out, "<ul>\n");
      each_line(out, block->text, add_item);
      limen_text_add(out, "</ul>\n");
      break;
    case LIMEN_BLOCK_DEFINITIONS:
      limen_text_add(out, "<dl>\n");
      each_line(out, block->text, add_pair);
      limen_text_add(out, "</dl>\n");
      break;
    case LIMEN_BLOCK_CODE:
      add_code(out, block->text);
      break;
    case LIMEN_BLOCK_TABLE:
    case LIMEN_BLOCK_PLOT:
      break;
  }
}

static void add_head(struct limen_text *out, const struct limen_document *document) {
  limen_text_add(out,
                 "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                 "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                 "<meta name=\"color-scheme\" content=\"light dark\">\n"
                 "<meta http-equiv=\"Content-Security-Policy\" "
                 "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>");
  limen_html_escape(out, document->title ? document->title : "Report");
  limen_text_add(out,
                 "</title>\n<style>\n:root{color-scheme:light dark;--tint:#f2f5f9;"
                 "--alert:#9a4f00;");
  limen_palette_style(out, 0);
  limen_text_add(out,
                 "}\n@media screen and (prefers-color-scheme:dark){:root{--tint:#1f242b;"
                 "--alert:#ffc793;");
  limen_palette_style(out, 1);
  limen_text_add(out, "}}\n@media print{:root{color-scheme:light}}\n");
  limen_text_add(out, limen_html_style);
  limen_text_add(out, "</style>\n</head>\n<body>\n<header>\n<h1>");
  limen_html_escape(out, document->title ? document->title : "Report");
  limen_text_add(out, "</h1>\n");
  if (document->question) {
    limen_text_add(out, "<p class=\"question\">");
    limen_html_escape(out, document->question);
    limen_text_add(out, "</p>\n");
  }
  limen_text_add(out, "</header>\n<main>\n");
}

static void add_end(struct limen_text *out, const char *reproduce, const char *manifest_json) {
  if (reproduce) {
    limen_text_add(out, "<h2 id=\"reproduce\">How to reproduce</h2>\n");
    add_code(out, reproduce);
    limen_text_add(out, "<p class=\"hint\">One click selects the whole line.</p>\n");
  }
  if (manifest_json) {
    limen_text_add(out,
                   "<h2 id=\"manifest\">Manifest</h2>\n<div class=\"fold\">\n<details><summary>"
                   "<span class=\"more\">Show what this was run with</span>"
                   "<span class=\"less\">Hide</span></summary></details>\n"
                   "<pre class=\"rest\"><code>");
    limen_html_escape(out, manifest_json);
    limen_text_add(out, "</code></pre>\n</div>\n");
  }
  limen_text_add(out, "</main>\n</body>\n</html>\n");
}

int limen_html_page(struct limen_text *out, const struct limen_document *document,
                    const char *folder, const char *reproduce, const char *manifest_json,
                    struct limen_error *error) {
  size_t sections = 0, figures = 0;
  add_head(out, document);
  for (size_t i = 0; i < document->count; i++) {
    const struct limen_block *block = &document->block[i];
    int status = LIMEN_OK;
    if (block->type == LIMEN_BLOCK_PLOT)
      status = add_plot(out, block->plot, folder, ++figures, error);
    else if (block->type == LIMEN_BLOCK_TABLE)
      add_table(out, &block->table);
    else
      add_text_block(out, block, block->type == LIMEN_BLOCK_HEADING ? ++sections : 0);
    if (status != LIMEN_OK) return status;
  }
  add_end(out, reproduce, manifest_json);
  return limen_text_status(out, error);
}
