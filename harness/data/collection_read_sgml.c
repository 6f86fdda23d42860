/* TREC's SGML is no XML: tags of topics are never closed, ampersands stand as they are, and what is
 * no tag may look like one ("a < b"). So this knows few tags and takes the rest as text:
 *
 *   <DOC> ... </DOC>   a document: <DOCNO> its id, <TITLE> its title, everything else its text
 *   <top> ... </top>   a topic: <num> its id, <title> or else <desc> its text; a field ends where
 *                      the next tag starts
 *
 * Tags count in either case; other tags become a space. */
#include "data/collection_read_sgml.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "definition/words.h"

enum field { NOWHERE, ID, TITLE, TEXT, DESCRIPTION, FIELDS };

struct scan {
  struct limen_lines *lines;
  limen_passage_taker take;
  void *context;

  bool inside, topic;
  size_t started; /* the line where the passage starts */
  enum field field;
  struct limen_text value[FIELDS];
};

/* A tag's name without its slash, shorter than any that is not known. */
enum { NAME_MOST = 64 };
struct tag {
  char name[NAME_MOST];
  bool closes;
  const char *end; /* behind its > */
};

/* Whether a tag starts here: "<", perhaps "/", a letter, and ">" on the same line. */
static bool read_tag(const char *at, const char *end, struct tag *out) {
  const char *name = at + 1;
  size_t length = 0;
  out->closes = name < end && *name == '/';
  if (out->closes) name++;
  if (name >= end || !isalpha((unsigned char)*name)) return false;
  while (name + length < end && isalnum((unsigned char)name[length])) length++;
  const char *close = name + length;
  while (close < end && *close != '>' && *close != '\n' && *close != '<') close++;
  if (close >= end || *close != '>' || length >= NAME_MOST) return false;
  memcpy(out->name, name, length);
  out->name[length] = '\0';
  out->end = close + 1;
  return true;
}

static bool is(const struct tag *tag, const char *name) { return strcasecmp(tag->name, name) == 0; }

/* ---- a passage ---- */

static void clear_values(struct scan *scan) {
  for (size_t i = 0; i < FIELDS; i++) limen_text_clear(&scan->value[i]);
}

/* Adds text with the five usual entities spelled out. */
static void add_text(struct limen_text *out, const char *at, const char *end) {
  static const struct {
    const char *entity, *text;
  } entities[] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}};
  while (at < end) {
    const char *mark = memchr(at, '&', (size_t)(end - at));
    limen_text_add_bytes(out, at, (size_t)((mark ? mark : end) - at));
    if (!mark) return;
    at = mark + 1;
    const char *text = "&";
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
      const size_t length = strlen(entities[i].entity);
      if (length > (size_t)(end - mark) || memcmp(mark, entities[i].entity, length) != 0) continue;
      text = entities[i].text;
      at = mark + length;
    }
    limen_text_add(out, text);
  }
}

/* The value without white space around it and without its label ("Number:"), cut in place. */
static char *trimmed(struct limen_text *text, const char *label) {
  static char nothing[1];
  if (!text->data) return nothing;
  char *at = text->data, *end = at + text->length;
  while (isspace((unsigned char)*at)) at++;
  if (strncasecmp(at, label, strlen(label)) == 0)
    for (at += strlen(label); isspace((unsigned char)*at);) at++;
  while (end > at && isspace((unsigned char)end[-1])) end--;
  *end = '\0';
  return at;
}

static int finish(struct scan *scan, struct limen_error *error) {
  struct limen_text *value = scan->value;
  int status = LIMEN_OK;
  for (size_t i = 0; i < FIELDS && status == LIMEN_OK; i++)
    status = limen_text_status(&value[i], error);
  if (status != LIMEN_OK) return status;
  const char *id = trimmed(&value[ID], scan->topic ? "Number:" : "");
  const char *title = trimmed(&value[TITLE], scan->topic ? "Topic:" : "");
  const char *text = trimmed(&value[TEXT], ""), *what = scan->topic ? "<num>" : "<DOCNO>";
  if (scan->topic) {
    text = *title ? title : trimmed(&value[DESCRIPTION], "Description:");
    title = "";
  }
  scan->lines->number = scan->started;
  if (*id == '\0')
    status = LIMEN_FAIL(error, LIMEN_INPUT, "this %s has no %s", scan->topic ? "topic" : "document",
                        what);
  if (status == LIMEN_OK) status = limen_field_id(id, what, error);
  if (status == LIMEN_OK) status = scan->take(scan->context, id, title, text, error);
  scan->inside = false;
  clear_values(scan);
  return status;
}

/* ---- tags ---- */

static enum field field_of_topic(const struct tag *tag) {
  if (tag->closes) return NOWHERE;
  return is(tag, "num") ? ID : is(tag, "title") ? TITLE : is(tag, "desc") ? DESCRIPTION : NOWHERE;
}

static enum field field_of_document(const struct tag *tag, enum field now) {
  const enum field named = is(tag, "DOCNO") ? ID : is(tag, "TITLE") ? TITLE : NOWHERE;
  if (named == NOWHERE) return now;
  return tag->closes ? TEXT : named;
}

static int take_tag(struct scan *scan, const struct tag *tag, size_t line,
                    struct limen_error *error) {
  const bool edge = is(tag, "DOC") || is(tag, "top");
  if (!edge && scan->inside) {
    if (scan->field != NOWHERE) limen_text_add(&scan->value[scan->field], " ");
    scan->field = scan->topic ? field_of_topic(tag) : field_of_document(tag, scan->field);
  }
  if (!edge) return LIMEN_OK;
  scan->lines->number = line;
  if (tag->closes != scan->inside || (tag->closes && scan->topic != is(tag, "top")))
    return tag->closes
               ? LIMEN_FAIL(error, LIMEN_INPUT, "</%s> ends what did not start", tag->name)
               : LIMEN_FAIL(error, LIMEN_INPUT, "<%s> starts before the one of line %zu has ended",
                            tag->name, scan->started);
  if (tag->closes) return finish(scan, error);
  scan->inside = true;
  scan->topic = is(tag, "top");
  scan->started = line;
  scan->field = scan->topic ? NOWHERE : TEXT;
  return LIMEN_OK;
}

/* Texts are looked at as a whole: a tag may stand anywhere in a line. */
static int check_text(struct limen_lines *lines, struct limen_error *error) {
  bool more = true;
  int status = LIMEN_OK;
  while (status == LIMEN_OK && more) status = limen_lines_next(lines, &more, error);
  return status;
}

static size_t count_lines(const char *at, const char *end) {
  size_t count = 0;
  while ((at = memchr(at, '\n', (size_t)(end - at)))) at++, count++;
  return count;
}

int limen_sgml_read(struct limen_lines *lines, limen_passage_taker take, void *context,
                    struct limen_error *error) {
  struct scan scan = {.lines = lines, .take = take, .context = context};
  const char *at = lines->start, *end = lines->end;
  size_t line = 1;
  int status = check_text(lines, error);
  if (status != LIMEN_OK) return status; /* which says where */
  while (status == LIMEN_OK && at < end) {
    struct tag tag;
    const char *mark = memchr(at + (*at == '<'), '<', (size_t)(end - at) - (*at == '<'));
    const char *stop = mark ? mark : end;
    if (*at == '<' && read_tag(at, end, &tag)) {
      status = take_tag(&scan, &tag, line, error);
      stop = tag.end;
    } else if (scan.inside && scan.field != NOWHERE) {
      add_text(&scan.value[scan.field], at, stop);
    }
    line += count_lines(at, stop);
    at = stop;
  }
  if (status == LIMEN_OK && scan.inside) {
    lines->number = scan.started;
    status = LIMEN_FAIL(error, LIMEN_INPUT, "this %s does not end; is the file cut short?",
                        scan.topic ? "topic" : "document");
  }
  if (status != LIMEN_OK) limen_lines_blame(lines, status, error);
  clear_values(&scan);
  return status;
}
