/* The page in Markdown, for terminals, diffs and summaries of CI: one line a paragraph, so that a
 * changed number is one changed line. */
#include <string.h>

#include "base/memory.h"
#include "report/escape.h"
#include "report/markup.h"
#include "report/pages.h"
#include "report/writer.h"

/* The longest run of backticks in a text, which a fence around it has to exceed. */
static size_t longest_run(const char *text) {
  size_t longest = 0, run = 0;
  for (; *text; text++) {
    run = *text == '`' ? run + 1 : 0;
    if (run > longest) longest = run;
  }
  return longest;
}

static void add_fence(struct limen_text *out, size_t length) {
  for (size_t i = 0; i < length; i++) limen_text_add(out, "`");
}

static void add_code_span(struct limen_text *out, const char *text) {
  size_t fence = longest_run(text) + 1;
  add_fence(out, fence);
  if (fence > 1) limen_text_add(out, " ");
  limen_visible_add(out, text, true);
  if (fence > 1) limen_text_add(out, " ");
  add_fence(out, fence);
}

static void add_spans(struct limen_text *out, const char *text) {
  struct limen_text run = {0};
  enum limen_span kind;
  text += strspn(text, " \n\t"); /* four spaces at the start of a line would make it code */
  while (limen_markup_next(&text, &kind, &run)) {
    const char *words = limen_text_string(&run);
    if (kind == LIMEN_SPAN_CODE) {
      add_code_span(out, words);
    } else {
      const char *mark = kind == LIMEN_SPAN_EMPHASIS ? "*" : "";
      limen_text_add(out, mark);
      limen_markdown_escape(out, words);
      limen_text_add(out, mark);
    }
    if (run.failed) out->failed = true;
  }
  limen_text_clear(&run);
}

static void add_code(struct limen_text *out, const char *text) {
  size_t fence = longest_run(text) + 1 > 3 ? longest_run(text) + 1 : 3;
  add_fence(out, fence);
  limen_text_add(out, "sh\n");
  limen_visible_add(out, text, false);
  limen_text_add(out, "\n");
  add_fence(out, fence);
  limen_text_add(out, "\n\n");
}

/* Items of a list; with `pairs`, the part before ": " is set bold. */
static void add_items(struct limen_text *out, const char *text, bool pairs) {
  while (*text) {
    size_t length = strcspn(text, "\n");
    char *line = limen_print(NULL, "%.*s", (int)length, text);
    char *colon = line && pairs ? strstr(line, ": ") : NULL;
    if (!line) out->failed = true;
    if (line && *line) {
      limen_text_add(out, "- ");
      if (colon) {
        *colon = '\0';
        limen_text_add(out, "**");
        add_spans(out, line);
        limen_text_add(out, ":** ");
      }
      add_spans(out, colon ? colon + 2 : line);
      limen_text_add(out, "\n");
    }
    limen_free(line);
    text += length + (text[length] == '\n');
  }
  limen_text_add(out, "\n");
}

static void add_table(struct limen_text *out, const struct limen_table *table) {
  if (table->caption && *table->caption) {
    limen_text_add(out, "**Table.** ");
    limen_markdown_escape(out, table->caption);
    limen_text_add(out, "\n\n");
  }
  for (size_t r = 0; r < table->rows; r++) {
    for (size_t c = 0; c < table->columns; c++) {
      limen_text_add(out, "| ");
      limen_markdown_escape(out, table->cells[r * table->columns + c]);
      limen_text_add(out, " ");
    }
    limen_text_add(out, "|\n");
    if (r > 0) continue;
    for (size_t c = 0; c < table->columns; c++)
      limen_text_add(out, table->is_number[c] ? "| ---: " : "| --- ");
    limen_text_add(out, "|\n");
  }
  limen_text_add(out, "\n");
}

static int add_plot(struct limen_text *out, const struct limen_plot *plot, size_t number,
                    struct limen_error *error) {
  struct limen_text remarks = {0};
  int status = limen_plot_remarks(plot, &remarks, error);
  limen_text_add(out, "![");
  limen_markdown_escape(out, plot->caption);
  limen_text_print(out, "](%s/%s.svg)\n\n**Figure %zu.** ", limen_plot_folder(plot), plot->name,
                   number);
  limen_markdown_escape(out, plot->caption);
  if (remarks.length > 0) limen_text_print(out, " %s", remarks.data);
  limen_text_add(out, "\n\n");
  limen_text_clear(&remarks);
  return status;
}

static void add_paragraph(struct limen_text *out, const char *before, const char *text) {
  limen_text_add(out, before);
  add_spans(out, text);
  limen_text_add(out, "\n\n");
}

static void add_text_block(struct limen_text *out, const struct limen_block *block) {
  switch (block->type) {
    case LIMEN_BLOCK_HEADING:
      limen_text_add(out, "## ");
      limen_markdown_escape(out, block->text);
      limen_text_add(out, "\n\n");
      break;
    case LIMEN_BLOCK_PARAGRAPH:
      add_paragraph(out, "", block->text);
      break;
    case LIMEN_BLOCK_ANSWER:
      add_paragraph(out, "> **Answer.** ", block->text);
      break;
    case LIMEN_BLOCK_WARNING:
      add_paragraph(out, "> **Note.** ", block->text);
      break;
    case LIMEN_BLOCK_LIST:
      add_items(out, block->text, false);
      break;
    case LIMEN_BLOCK_DEFINITIONS:
      add_items(out, block->text, true);
      break;
    case LIMEN_BLOCK_CODE:
      add_code(out, block->text);
      break;
    case LIMEN_BLOCK_TABLE:
    case LIMEN_BLOCK_PLOT:
      break;
  }
}

int limen_markdown_page(struct limen_text *out, const struct limen_document *document,
                        const char *reproduce, bool has_manifest, struct limen_error *error) {
  size_t figures = 0, left_out = 0;
  limen_text_add(out, "# ");
  limen_markdown_escape(out, document->title ? document->title : "Report");
  limen_text_add(out, "\n\n");
  if (document->question) {
    limen_text_add(out, "**");
    limen_markdown_escape(out, document->question);
    limen_text_add(out, "**\n\n");
  }
  for (size_t i = 0; i < document->count; i++) {
    const struct limen_block *block = &document->block[i];
    int status = LIMEN_OK;
    /* Figures keep the numbers that they have in the HTML page. */
    if (block->type == LIMEN_BLOCK_PLOT) figures++;
    if (block->timed)
      left_out++;
    else if (block->type == LIMEN_BLOCK_PLOT)
      status = add_plot(out, block->plot, figures, error);
    else if (block->type == LIMEN_BLOCK_TABLE)
      add_table(out, &block->table);
    else
      add_text_block(out, block);
    if (status != LIMEN_OK) return status;
  }
  if (left_out > 0)
    limen_text_add(out, "What was measured with a clock is in [index.html](index.html).\n\n");
  if (reproduce) {
    limen_text_add(out, "## How to reproduce\n\n");
    add_code(out, reproduce);
  }
  if (has_manifest)
    limen_text_add(out, "What this was run with: [manifest.json](manifest.json).\n");
  return limen_text_status(out, error);
}
