#include "report/document.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/escape.h"

/* ---- life ---- */

static void table_clear(struct limen_table *table) {
  for (size_t i = 0; table->cells && i < table->columns * table->rows; i++)
    limen_free(table->cells[i]);
  limen_free(table->cells);
  limen_free(table->is_number);
  limen_free(table->caption);
}

void limen_document_clear(struct limen_document *document) {
  for (size_t i = 0; i < document->count; i++) {
    struct limen_block *block = &document->block[i];
    limen_free(block->text);
    table_clear(&block->table);
    limen_plot_free(block->plot);
  }
  limen_free(document->block);
  limen_free(document->title);
  limen_free(document->question);
  *document = (struct limen_document){0};
}

void limen_document_title(struct limen_document *document, const char *title,
                          const char *question) {
  limen_free(document->title);
  limen_free(document->question);
  document->title = limen_copy_text(title, NULL);
  document->question = limen_copy_text(question, NULL);
  if ((title && !document->title) || (question && !document->question)) document->failed = true;
}

static struct limen_block *add_block(struct limen_document *document, enum limen_block_type type) {
  if (document->failed) return NULL;
  if (limen_grow(&document->block, &document->capacity, document->count + 1,
                 sizeof *document->block, NULL) != LIMEN_OK) {
    document->failed = true;
    return NULL;
  }
  struct limen_block *block = &document->block[document->count++];
  block->type = type;
  return block;
}

static struct limen_block *last_block(struct limen_document *document) {
  return document->count > 0 ? &document->block[document->count - 1] : NULL;
}

/* ---- text ---- */

void limen_document_heading(struct limen_document *document, const char *text) {
  struct limen_block *block = add_block(document, LIMEN_BLOCK_HEADING);
  if (block && !(block->text = limen_copy_text(text, NULL))) document->failed = true;
}

/* A second item right after a first one belongs to the same list. */
static struct limen_block *continued(struct limen_document *document, enum limen_block_type type) {
  struct limen_block *last = last_block(document);
  bool joins = type == LIMEN_BLOCK_LIST || type == LIMEN_BLOCK_DEFINITIONS;
  return joins && last && last->type == type && !last->timed ? last : NULL;
}

void limen_document_print(struct limen_document *document, enum limen_block_type type,
                          const char *format, ...) {
  assert(type != LIMEN_BLOCK_TABLE && type != LIMEN_BLOCK_PLOT);
  struct limen_text text = {0};
  va_list first, second;
  va_start(first, format);
  va_copy(second, first);
  int length = vsnprintf(NULL, 0, format, first);
  va_end(first);
  char *words = length < 0 ? NULL : limen_alloc((size_t)length + 1, 1, NULL);
  if (words) vsnprintf(words, (size_t)length + 1, format, second);
  va_end(second);
  struct limen_block *block = words ? continued(document, type) : NULL;
  if (block) limen_text_print(&text, "%s\n", block->text);
  if (words) limen_text_add(&text, words);
  if (words && !block) block = add_block(document, type);
  if (!words || !block || text.failed || !text.data) {
    document->failed = true;
    limen_text_clear(&text);
  } else {
    limen_free(block->text);
    block->text = text.data; /* handed over to the block */
  }
  limen_free(words);
}

const char *limen_plain(const char *text, char *out, size_t size) {
  assert(size >= 8);
  struct limen_text visible = {0};
  limen_visible_add(&visible, text, true);
  const char *at = limen_text_string(&visible);
  size_t used = 0;
  while (*at) {
    const char *next = at;
    limen_utf8_next(&next);
    size_t bytes = (size_t)(next - at);
    bool mark = *at == '*' || *at == '`' || *at == '\\';
    if (used + bytes + mark + sizeof "\u2026" > size) {
      memcpy(out + used, "\u2026", sizeof "\u2026" - 1);
      used += sizeof "\u2026" - 1;
      break;
    }
    if (mark) out[used++] = '\\';
    memcpy(out + used, at, bytes);
    used += bytes;
    at = next;
  }
  out[used] = '\0';
  limen_text_clear(&visible);
  return out;
}

/* ---- tables ---- */

void limen_document_table(struct limen_document *document, const char *caption, const char *heads) {
  struct limen_block *block = add_block(document, LIMEN_BLOCK_TABLE);
  if (!block) return;
  struct limen_table *table = &block->table;
  table->columns = 1;
  for (const char *at = heads; *at; at++) table->columns += *at == '|';
  table->caption = limen_copy_text(caption, NULL);
  table->is_number = limen_alloc(table->columns, sizeof *table->is_number, NULL);
  table->cells = limen_alloc(table->columns, sizeof *table->cells, NULL);
  if ((caption && !table->caption) || !table->is_number || !table->cells) goto failed;
  table->capacity = table->columns;
  table->rows = 1;
  const char *at = heads;
  for (size_t c = 0; c < table->columns; c++) {
    if ((table->is_number[c] = *at == '#')) at++;
    size_t length = strcspn(at, "|");
    if (!(table->cells[c] = limen_print(NULL, "%.*s", (int)length, at))) goto failed;
    at += length + 1;
  }
  return;
failed:
  document->failed = true;
}

void limen_document_row(struct limen_document *document, const char *const *cells) {
  if (document->failed) return;
  struct limen_block *block = last_block(document);
  assert(block && block->type == LIMEN_BLOCK_TABLE);
  struct limen_table *table = &block->table;
  size_t used = table->rows * table->columns;
  if (limen_grow(&table->cells, &table->capacity, used + table->columns, sizeof *table->cells,
                 NULL) != LIMEN_OK) {
    document->failed = true;
    return;
  }
  for (size_t c = 0; c < table->columns; c++) {
    table->cells[used + c] = limen_copy_text(cells[c] ? cells[c] : "", NULL);
    if (!table->cells[used + c]) document->failed = true;
  }
  table->rows++;
}

void limen_document_fold(struct limen_document *document, size_t after) {
  if (document->failed) return;
  struct limen_block *block = last_block(document);
  assert(block && block->type == LIMEN_BLOCK_TABLE);
  block->table.fold_after = after;
}

/* ---- the rest ---- */

void limen_document_timed(struct limen_document *document) {
  struct limen_block *block = last_block(document);
  if (block && !document->failed) block->timed = true;
}

void limen_document_plot(struct limen_document *document, struct limen_plot *plot) {
  struct limen_block *block = plot && !plot->failed ? add_block(document, LIMEN_BLOCK_PLOT) : NULL;
  if (!block) {
    limen_plot_free(plot);
    document->failed = true;
    return;
  }
  block->plot = plot;
  block->timed = plot->timed;
}
