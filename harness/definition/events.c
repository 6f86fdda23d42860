#include "definition/events.h"

#include <string.h>

#include "definition/entry.h"
#include "definition/words.h"

/* What to do about the slips that people make most; libyaml's own words name only the symptom. */
static const struct {
  const char *problem, *advice;
} hints[] = {
    {"mapping values are not allowed", "a text that holds `: ` belongs in quotes"},
    {"cannot start any token",
     "indent with spaces, not tabs; quote a text that starts with a sign"},
    {"tab character", "indent with spaces, not tabs"},
    {"could not find expected ':'", "a line reads `key: value`"},
    {"did not find expected key", "keys of one level start in the same column"},
    {"control characters", "remove it"},
    {"UTF-8", "save the file as UTF-8"},
};

int limen_events_init(struct limen_events *events, const char *path, const char *text,
                      size_t length, struct limen_error *error) {
  *events = (struct limen_events){.place = {path, 1, 1}, .text = text, .length = length};
  if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) events->text += 3, events->length -= 3;
  if (!yaml_parser_initialize(&events->parser))
    return LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for the YAML parser");
  events->started = true;
  /* Said outright, or a file that starts with other marks would be taken for UTF-16. */
  yaml_parser_set_encoding(&events->parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&events->parser, (const unsigned char *)events->text,
                               events->length);
  return LIMEN_OK;
}

static void place_mark(struct limen_events *events, yaml_mark_t mark) {
  events->place.line = mark.line + 1;
  events->place.column = mark.column + 1;
}

/* For errors of libyaml's reader, which gives a byte offset and no line. */
static void place_offset(struct limen_events *events, size_t offset) {
  size_t line = 1, column = 1;
  for (size_t i = 0; i < offset && i < events->length; i++) {
    char at = events->text[i];
    bool crlf = at == '\r' && i + 1 < events->length && events->text[i + 1] == '\n';
    if ((at == '\n' || at == '\r') && !crlf)
      line++, column = 1;
    else if (((unsigned char)at & 0xc0) != 0x80)
      column++;
  }
  events->place.line = line;
  events->place.column = column;
}

static int refuse_yaml(struct limen_events *events, struct limen_error *error) {
  const yaml_parser_t *parser = &events->parser;
  const char *problem = parser->problem ? parser->problem : "no reason given", *advice = NULL;
  char byte[32] = "";
  if (parser->error == YAML_MEMORY_ERROR)
    return LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for the YAML parser");
  if (parser->error == YAML_READER_ERROR) {
    place_offset(events, parser->problem_offset);
    if (parser->problem_value >= 0)
      snprintf(byte, sizeof byte, " (0x%02X)", (unsigned)parser->problem_value);
  } else {
    place_mark(events, parser->problem_mark);
  }
  for (size_t i = 0; i < sizeof hints / sizeof *hints && !advice; i++)
    if (strstr(problem, hints[i].problem)) advice = hints[i].advice;
  LIMEN_FAIL(error, LIMEN_USAGE, "this is not YAML: %s%s%s%s%s%s",
             parser->context ? parser->context : "", parser->context ? ", " : "", problem, byte,
             advice ? "; " : "", advice ? advice : "");
  return limen_place_prefix(&events->place, error);
}

/* Checks what every event must keep to, wherever it stands. */
static int check(const struct limen_events *events, struct limen_error *error) {
  const yaml_event_t *event = &events->event;
  const yaml_char_t *anchor = NULL, *tag = NULL;
  switch (event->type) {
    case YAML_SCALAR_EVENT:
      anchor = event->data.scalar.anchor, tag = event->data.scalar.tag;
      break;
    case YAML_SEQUENCE_START_EVENT:
      anchor = event->data.sequence_start.anchor, tag = event->data.sequence_start.tag;
      break;
    case YAML_MAPPING_START_EVENT:
      anchor = event->data.mapping_start.anchor, tag = event->data.mapping_start.tag;
      break;
    case YAML_ALIAS_EVENT:
      anchor = event->data.alias.anchor;
      break;
    default:
      break;
  }
  char quoted[LIMEN_WORDS_SIZE];
  if (anchor)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "the %s %s is refused: a definition has no anchors and aliases; write the "
                      "value out",
                      event->type == YAML_ALIAS_EVENT ? "alias" : "anchor",
                      limen_words_quote((const char *)anchor, quoted));
  if (tag)
    return LIMEN_FAIL(error, LIMEN_USAGE, "the tag %s is refused; write the plain value",
                      limen_words_quote((const char *)tag, quoted));
  if (event->type != YAML_SCALAR_EVENT) return LIMEN_OK;
  const char *text = limen_events_text(events);
  size_t length = event->data.scalar.length;
  for (size_t start = 0, end = 0; end <= length; end++) {
    bool space = end < length && (text[end] == '\n' || text[end] == '\t');
    if (end < length && !space) continue;
    if (!limen_words_plain(text + start, end - start))
      return LIMEN_FAIL(error, LIMEN_USAGE, "%s holds a control character; remove it",
                        limen_words_quote(text, quoted));
    start = end + 1;
  }
  return LIMEN_OK;
}

int limen_events_next(struct limen_events *events, struct limen_error *error) {
  yaml_event_delete(&events->event);
  if (!yaml_parser_parse(&events->parser, &events->event)) return refuse_yaml(events, error);
  place_mark(events, events->event.start_mark);
  int status = check(events, error);
  return status == LIMEN_OK ? status : limen_place_prefix(&events->place, error);
}

const char *limen_events_text(const struct limen_events *events) {
  return (const char *)events->event.data.scalar.value;
}

bool limen_events_null(const struct limen_events *events) {
  static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
  if (events->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE) return false;
  for (size_t i = 0; i < sizeof nulls / sizeof *nulls; i++)
    if (strcmp(limen_events_text(events), nulls[i]) == 0) return true;
  return false;
}

void limen_events_clear(struct limen_events *events) {
  if (!events->started) return;
  yaml_event_delete(&events->event);
  yaml_parser_delete(&events->parser);
  *events = (struct limen_events){0};
}
