#include "data/collection_write.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "definition/words.h"

/* One file: how its content comes from a collection. Write errors of the stream are seen when the
 * file is committed. */
struct file {
  const char *name;
  int (*write)(const struct limen_collection *collection, FILE *stream, struct limen_error *error);
};

/* ---- checks ---- */

static int check_id(const char *id, const char *what, struct limen_error *error) {
  char quoted[LIMEN_WORDS_SIZE];
  if (*id && limen_words_plain(id, strlen(id))) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_INPUT,
                    "the id %s of a %s cannot be written: ids are UTF-8 without control characters "
                    "and not empty",
                    limen_words_quote(id, quoted), what);
}

static int check_passages(const struct limen_passages *passages, const char *what,
                          struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t i = 0; i < passages->count && status == LIMEN_OK; i++) {
    const struct limen_passage *one = &passages->passage[i];
    status = check_id(one->id, what, error);
    if (status == LIMEN_OK && !(limen_words_utf8(one->text, strlen(one->text)) &&
                                limen_words_utf8(one->title, strlen(one->title))))
      status = LIMEN_FAIL(error, LIMEN_INPUT, "the %s %.100s has a text that is not UTF-8", what,
                          one->id);
  }
  return status;
}

static int check(const struct limen_collection *collection, struct limen_error *error) {
  const struct limen_qrels *qrels = &collection->qrels;
  int status = check_passages(&collection->documents, "document", error);
  if (status == LIMEN_OK) status = check_passages(&collection->queries, "query", error);
  for (size_t q = 0; q < qrels->count && status == LIMEN_OK; q++) {
    status = check_id(qrels->query[q].id, "query", error);
    for (size_t j = 0; j < qrels->query[q].count && status == LIMEN_OK; j++)
      status = check_id(qrels->query[q].judgement[j].document, "document", error);
  }
  return status;
}

/* ---- JSON lines ---- */

/* As Python's json.dumps lays it out, but for letters outside ASCII, which stay as they are. */
static int write_object(json_t *object, FILE *stream, struct limen_error *error) {
  char *line = limen_json_print(object, 0, "a line of JSON", error);
  json_decref(object);
  if (!line) return LIMEN_FAILED;
  fprintf(stream, "%s\n", line); /* a full disk shows when the file is committed */
  limen_free(line);
  return LIMEN_OK;
}

static int write_corpus(const struct limen_collection *collection, FILE *stream,
                        struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t i = 0; i < collection->documents.count && status == LIMEN_OK; i++) {
    const struct limen_passage *one = &collection->documents.passage[i];
    status = write_object(
        json_pack("{s:s, s:s, s:s}", "_id", one->id, "title", one->title, "text", one->text),
        stream, error);
  }
  return status;
}

static int write_queries(const struct limen_collection *collection, FILE *stream,
                         struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t i = 0; i < collection->queries.count && status == LIMEN_OK; i++) {
    const struct limen_passage *one = &collection->queries.passage[i];
    status =
        write_object(json_pack("{s:s, s:s}", "_id", one->id, "text", one->text), stream, error);
  }
  return status;
}

/* ---- judgements ---- */

typedef int (*judgement_writer)(const char *query, const struct limen_judgement *judgement,
                                FILE *stream, struct limen_error *error);

static int each_judgement(const struct limen_collection *collection, FILE *stream,
                          judgement_writer write, struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t q = 0; q < collection->qrels.count; q++) {
    const struct limen_judged_query *query = &collection->qrels.query[q];
    for (size_t j = 0; j < query->count && status == LIMEN_OK; j++)
      status = write(query->id, &query->judgement[j], stream, error);
  }
  return status;
}

static int json_judgement(const char *query, const struct limen_judgement *judgement, FILE *stream,
                          struct limen_error *error) {
  return write_object(json_pack("{s:s, s:s, s:i}", "query-id", query, "corpus-id",
                                judgement->document, "score", (int)judgement->grade),
                      stream, error);
}

static int tab_judgement(const char *query, const struct limen_judgement *judgement, FILE *stream,
                         struct limen_error *error) {
  (void)error;
  fprintf(stream, "%s\t%s\t%" PRId32 "\n", query, judgement->document, judgement->grade);
  return LIMEN_OK;
}

static int trec_judgement(const char *query, const struct limen_judgement *judgement, FILE *stream,
                          struct limen_error *error) {
  struct limen_text line = {0};
  limen_trec_id(query, &line);
  limen_text_add(&line, " 0 ");
  limen_trec_id(judgement->document, &line);
  int status = limen_text_status(&line, error);
  if (status == LIMEN_OK) fprintf(stream, "%s %" PRId32 "\n", line.data, judgement->grade);
  limen_text_clear(&line);
  return status;
}

static int write_qrels(const struct limen_collection *collection, FILE *stream,
                       struct limen_error *error) {
  return each_judgement(collection, stream, json_judgement, error);
}

static int write_beir(const struct limen_collection *collection, FILE *stream,
                      struct limen_error *error) {
  fputs("query-id\tcorpus-id\tscore\n", stream);
  return each_judgement(collection, stream, tab_judgement, error);
}

static int write_trec_qrels(const struct limen_collection *collection, FILE *stream,
                            struct limen_error *error) {
  return each_judgement(collection, stream, trec_judgement, error);
}

/* ---- TREC ---- */

void limen_trec_id(const char *id, struct limen_text *out) {
  for (const char *c = id; *c; c++)
    if ((unsigned char)*c <= ' ' || strchr("%&<>", *c))
      limen_text_print(out, "%%%02X", (unsigned)(unsigned char)*c);
    else
      limen_text_add_bytes(out, c, 1);
}

/* Text inside SGML. */
static void add_escaped(const char *text, struct limen_text *out) {
  for (size_t length; *text; text += length) {
    length = strcspn(text, "&<>");
    limen_text_add_bytes(out, text, length);
    if (!text[length]) break;
    limen_text_add(out, text[length] == '&' ? "&amp;" : text[length] == '<' ? "&lt;" : "&gt;");
    length++;
  }
}

/* Adds `text` to a line break and what closes the element. */
static void add_element(const char *open, const char *text, const char *close,
                        struct limen_text *out) {
  limen_text_add(out, open);
  add_escaped(text, out);
  limen_text_add(out, close);
}

static void add_document(const struct limen_passage *one, struct limen_text *out) {
  limen_text_add(out, "<DOC>\n<DOCNO>");
  limen_trec_id(one->id, out);
  limen_text_add(out, "</DOCNO>\n");
  if (*one->title) add_element("<TITLE>", one->title, "</TITLE>\n", out);
  add_element("<TEXT>\n", one->text, "\n</TEXT>\n</DOC>\n", out);
}

static void add_topic(const struct limen_passage *one, struct limen_text *out) {
  limen_text_add(out, "<top>\n<num>");
  limen_trec_id(one->id, out);
  add_element("</num>\n<title>\n", one->text, "\n</title>\n</top>\n", out);
}

static void add_id(const struct limen_passage *one, struct limen_text *out) {
  limen_trec_id(one->id, out);
  limen_text_print(out, "\t%s\n", one->id);
}

static int each_passage(const struct limen_passages *passages, FILE *stream,
                        void (*add)(const struct limen_passage *one, struct limen_text *out),
                        struct limen_error *error) {
  struct limen_text text = {0};
  int status = LIMEN_OK;
  for (size_t i = 0; i < passages->count && status == LIMEN_OK; i++) {
    text.length = 0;
    add(&passages->passage[i], &text);
    status = limen_text_status(&text, error);
    if (status == LIMEN_OK) fwrite(text.data, 1, text.length, stream);
  }
  limen_text_clear(&text);
  return status;
}

static int write_documents(const struct limen_collection *collection, FILE *stream,
                           struct limen_error *error) {
  return each_passage(&collection->documents, stream, add_document, error);
}

static int write_topics(const struct limen_collection *collection, FILE *stream,
                        struct limen_error *error) {
  return each_passage(&collection->queries, stream, add_topic, error);
}

static int write_ids(const struct limen_collection *collection, FILE *stream,
                     struct limen_error *error) {
  int status = each_passage(&collection->documents, stream, add_id, error);
  return status == LIMEN_OK ? each_passage(&collection->queries, stream, add_id, error) : status;
}

/* ---- the folder ---- */

static const struct file files[] = {
    {"corpus.jsonl", write_corpus},
    {"queries.jsonl", write_queries},
    {"qrels.jsonl", write_qrels},
    {"qrels/test.tsv", write_beir},
    {"trec/documents.trec", write_documents},
    {"trec/topics.trec", write_topics},
    {"trec/qrels.trec", write_trec_qrels},
    {"trec/ids.tsv", write_ids},
};
enum { FILES = sizeof files / sizeof *files };

const char *limen_collection_file(size_t i) { return i < FILES ? files[i].name : NULL; }

static int write_file(const char *folder, const struct file *file,
                      const struct limen_collection *collection, struct limen_error *error) {
  struct limen_writer writer = {0};
  char *path = limen_path_join(folder, file->name, error);
  int status = path ? limen_writer_open(&writer, path, error) : LIMEN_FAILED;
  if (status == LIMEN_OK) {
    status = file->write(collection, writer.stream, error);
    if (status == LIMEN_OK)
      status = limen_writer_commit(&writer, error);
    else
      limen_writer_cancel(&writer);
  }
  limen_free(path);
  return status;
}

int limen_collection_write(const char *folder, const struct limen_collection *collection,
                           struct limen_error *error) {
  static const char *const folders[] = {"qrels", "trec"}; /* the folder itself comes with them */
  int status = check(collection, error);
  for (size_t i = 0; i < 2 && status == LIMEN_OK; i++) {
    char *path = limen_path_join(folder, folders[i], error);
    status = path ? limen_folder_make(path, error) : LIMEN_FAILED;
    limen_free(path);
  }
  for (size_t i = 0; i < FILES && status == LIMEN_OK; i++)
    status = write_file(folder, &files[i], collection, error);
  return status;
}
