#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/process.h"
#include "report/escape.h"
#include "report/markup.h"
#include "report/pages.h"
#include "report/palette.h"
#include "report/svg_inline.h"
#include "report/writer.h"

/* Everything a name from a stranger might try, for each of the places that a name gets to. */
static const char hostile[] =
    "'; system(\"touch pwned\"); '`touch pwned`$(touch pwned)@x {/Symbol a}^2_3 %d \\n"
    "\n</svg><script>alert('&amp;')</script>\" onload=\"x|\x01\xff\xe2\x80\xae**";

static bool has_gnuplot(void) {
  static const char *const command[] = {"gnuplot", "--version", NULL};
  if (limen_process_run(command, NULL, NULL) == LIMEN_OK) return true;
  print_message("gnuplot is not installed: nothing is drawn\n");
  return false;
}

static char *read_text(const char *folder, const char *name) {
  char *path = limen_path_join(folder, name, NULL), *text = NULL;
  size_t count;
  struct limen_error error = {0};
  if (limen_file_read(path, 1 << 26, &text, &count, &error) != LIMEN_OK) fail_msg("%s", error.text);
  limen_free(path);
  assert_non_null(text);
  return text;
}

static void assert_has(const char *text, const char *part) {
  if (!strstr(text, part)) fail_msg("\"%s\" is missing in: %.3000s", part, text);
}
static void assert_lacks(const char *text, const char *part) {
  const char *found = strstr(text, part);
  if (found) fail_msg("\"%s\" must not be in: %.300s", part, found);
}

/* Every element that opens closes, in the right order, and no raw '<' or '&' stands anywhere. */
static void assert_nested(const char *text) {
  char stack[64][16];
  size_t depth = 0;
  for (const char *at = text; *at; at++) {
    if (*at == '&' && strncmp(at, "&amp;", 5) != 0 && strncmp(at, "&lt;", 4) != 0 &&
        strncmp(at, "&gt;", 4) != 0 && strncmp(at, "&quot;", 6) != 0 &&
        strncmp(at, "&#39;", 5) != 0)
      fail_msg("a raw & at: %.60s", at);
    if (*at != '<') continue;
    bool closing = at[1] == '/';
    const char *name = at + 1 + closing;
    size_t length = strcspn(name, " \t\n/>");
    assert_in_range(length, 1, 15);
    const char *end = strchr(at, '>');
    assert_non_null(end);
    assert_null(memchr(at + 1, '<', (size_t)(end - at - 1)));
    bool empty = end[-1] == '/' || end[-1] == '?' || *name == '!' || strncmp(name, "meta", 4) == 0;
    if (closing) {
      assert_true(depth > 0);
      depth--;
      if (strlen(stack[depth]) != length || memcmp(stack[depth], name, length) != 0)
        fail_msg("</%.*s> closes <%s>", (int)length, name, stack[depth]);
    } else if (!empty) {
      assert_true(depth < 64);
      snprintf(stack[depth++], sizeof *stack, "%.*s", (int)length, name);
    }
    at = end;
  }
  assert_int_equal(depth, 0);
}

/* No id twice, and every reference points at one. */
static void assert_ids(const char *text) {
  for (const char *at = text; (at = strstr(at, " id=\"")); at++) {
    size_t length = strcspn(at + 5, "\"");
    char id[200];
    snprintf(id, sizeof id, " id=\"%.*s\"", (int)length, at + 5);
    if (strstr(at + 1, id)) fail_msg("twice:%s", id);
  }
  for (const char *at = text; (at = strstr(at, " href=\"#")); at++) {
    char id[200];
    snprintf(id, sizeof id, " id=\"%.*s\"", (int)strcspn(at + 8, "\""), at + 8);
    assert_has(text, id);
  }
}

/* ---- escaping ---- */

static void check_escape(void (*escape)(struct limen_text *, const char *), const char *text,
                         const char *expected) {
  struct limen_text out = {0};
  escape(&out, text);
  assert_string_equal(limen_text_string(&out), expected);
  limen_text_clear(&out);
}

static void test_html_escape(void **state) {
  (void)state;
  check_escape(limen_html_escape, "a<b>&\"c'", "a&lt;b&gt;&amp;&quot;c&#39;");
  check_escape(limen_html_escape, "&lt;", "&amp;lt;");
  check_escape(limen_html_escape, "\x01\x1b[31m\x7f", "␁␛[31m␡");
  check_escape(limen_html_escape, "two\nlines\r\nthree", "two\nlines\nthree");
  check_escape(limen_html_escape, "τ = ⁷", "τ = ⁷");
  /* Cut, overlong, surrogate and too large: one mark each; what follows survives. */
  check_escape(limen_html_escape, "\xff", "\uFFFD");
  check_escape(limen_html_escape, "x\xe2\x82<", "x\uFFFD&lt;");
  check_escape(limen_html_escape, "\xc0\xbc!", "\uFFFD!");
  check_escape(limen_html_escape, "\xed\xa0\x80!", "\uFFFD!");
  check_escape(limen_html_escape, "\xf4\x90\x80\x80!", "\uFFFD!");
  check_escape(limen_html_escape, "\xef\xbf\xbf!", "\uFFFD!");
  /* Direction marks cannot make a name read backwards. */
  check_escape(limen_html_escape,
               "a\xe2\x80\xae"
               "b",
               "a⟨U+202E⟩b");
  check_escape(limen_html_escape, "", "");
}

static void test_markdown_escape(void **state) {
  (void)state;
  check_escape(limen_markdown_escape, "limit_k2", "limit_k2");
  check_escape(limen_markdown_escape, "_a_ *b* `c`", "\\_a\\_ \\*b\\* \\`c\\`");
  check_escape(limen_markdown_escape, "[x](y)|<b>&amp;", "\\[x\\](y)\\|&lt;b>\\&amp;");
  check_escape(limen_markdown_escape, "# a", "\\# a");
  check_escape(limen_markdown_escape, "a # b - c + d", "a # b - c + d");
  check_escape(limen_markdown_escape, "> 1 < 2 & 3 </p> <!--", "\\> 1 < 2 & 3 &lt;/p> &lt;!--");
  check_escape(limen_markdown_escape, "- a", "\\- a");
  check_escape(limen_markdown_escape, "@a recall@2 a.@b @ #12 a#1 # 1",
               "@<!-- -->a recall@2 a.@<!-- -->b @ #<!-- -->12 a#1 # 1");
  check_escape(limen_markdown_escape, "12. a", "12\\. a");
  check_escape(limen_markdown_escape, "0.57 of 3.", "0.57 of 3.");
  check_escape(limen_markdown_escape, "a\nb", "a b");
  check_escape(limen_markdown_escape, "https://x www.y :smile: 12:30",
               "https\\://x www\\.y \\:smile: 12:30");
  check_escape(limen_markdown_escape, "a\\b ~~c~~ $d$", "a\\\\b \\~\\~c\\~\\~ \\$d\\$");
}

static void test_gnuplot_quote(void **state) {
  (void)state;
  struct limen_text out = {0};
  limen_gnuplot_quote(&out, "it's `x` \\ \"y\"\n@z", 90);
  assert_string_equal(out.data, "'it'.APOSTROPHE.'s `x` \\ \"y\" @z'");
  limen_text_clear(&out);
  limen_gnuplot_quote(&out, "]]>]>]]]>", 90);
  assert_string_equal(out.data, "']]\u202F>]>]]]\u202F>'");
  limen_text_clear(&out);
  limen_gnuplot_quote(&out, "τττττ", 4);
  assert_string_equal(out.data, "'τττ…'");
  limen_text_clear(&out);
  limen_gnuplot_quote(&out, "τττττ", 5);
  assert_string_equal(out.data, "'τττττ'");
  limen_text_clear(&out);
}

/* ---- markup ---- */

/* "(e:word)" for emphasis, "(c:word)" for code. */
static void check_spans(const char *text, const char *expected) {
  static const char *const opening[] = {"", "(e:", "(c:"}, *const closing[] = {"", ")", ")"};
  struct limen_text all = {0}, run = {0};
  enum limen_span kind;
  while (limen_markup_next(&text, &kind, &run))
    limen_text_print(&all, "%s%s%s", opening[kind], limen_text_string(&run), closing[kind]);
  assert_string_equal(limen_text_string(&all), expected);
  limen_text_clear(&all);
  limen_text_clear(&run);
}

static void test_markup(void **state) {
  (void)state;
  check_spans("a *b c* `d*e*` f", "a (e:b c) (c:d*e*) f");
  check_spans("k * n * d", "k * n * d");
  check_spans("2*3 and `x", "2*3 and `x");
  check_spans("\\*a\\* \\`b\\` \\\\ \\n", "*a* `b` \\ \\n");
  check_spans("*a\\*b*", "(e:a*b)");
  check_spans("** ``", "** ``");
  check_spans("*", "*");
  check_spans("", "");
  check_spans("a\\", "a\\");
}

static void test_plain(void **state) {
  (void)state;
  char out[200], text[220], small[12];
  const char *name = "*bold* `code` \\ \n<x>";
  snprintf(text, sizeof text, "name %s end", limen_plain(name, out, sizeof out));
  check_spans(text, "name *bold* `code` \\  <x> end");
  assert_string_equal(limen_plain("abcdefgh", small, sizeof small), "abcdefgh");
  assert_string_equal(limen_plain("abcdefghijklmnop", small, sizeof small), "abcdefgh…");
  assert_string_equal(limen_plain("ττττττττ", small, sizeof small), "ττττ…");
  assert_string_equal(limen_plain("*******", small, sizeof small), "\\*\\*\\*\\*…");
}

/* ---- documents ---- */

static void test_document(void **state) {
  (void)state;
  struct limen_document document = {0};
  limen_document_title(&document, "t", "q");
  limen_document_title(&document, "title", NULL);
  limen_document_print(&document, LIMEN_BLOCK_LIST, "item %d", 11);
  limen_document_print(&document, LIMEN_BLOCK_LIST, "item %s", "0.32");
  limen_document_print(&document, LIMEN_BLOCK_PARAGRAPH, "%s", "");
  limen_document_print(&document, LIMEN_BLOCK_LIST, "another list");
  assert_int_equal(document.count, 3);
  assert_string_equal(document.block[0].text, "item 11\nitem 0.32");
  limen_document_table(&document, "c", "name|#R@10|");
  limen_document_row(&document, (const char *const[]){"a", "0.57", NULL});
  struct limen_table *table = &document.block[3].table;
  assert_int_equal(table->columns, 3);
  assert_int_equal(table->rows, 2);
  assert_string_equal(table->cells[1], "R@10");
  assert_true(table->is_number[1]);
  assert_false(table->is_number[0]);
  assert_string_equal(table->cells[2], "");
  assert_string_equal(table->cells[5], "");
  assert_null(document.question);
  assert_false(document.failed);
  /* A plot that could not be made is not forgotten. */
  limen_document_plot(&document, NULL);
  assert_true(document.failed);
  struct limen_error error = {0};
  assert_int_equal(limen_report_write(&document, "/nowhere", NULL, NULL, &error), LIMEN_FAILED);
  assert_string_equal(error.text, "out of memory while the report was put together");
  limen_document_clear(&document);
  limen_document_clear(&document);
}

static void fill(struct limen_document *document) {
  char plain[300];
  limen_document_title(document, hostile, hostile);
  limen_document_print(document, LIMEN_BLOCK_ANSWER, "It is *0.57* (%s).",
                       limen_plain(hostile, plain, sizeof plain));
  limen_document_print(document, LIMEN_BLOCK_WARNING, "Partial: %s",
                       limen_plain(hostile, plain, sizeof plain));
  limen_document_heading(document, hostile);
  limen_document_print(document, LIMEN_BLOCK_CODE, "%s", hostile);
  limen_document_print(document, LIMEN_BLOCK_DEFINITIONS, "`ef`: beam, %s: x",
                       limen_plain(hostile, plain, sizeof plain));
  limen_document_print(document, LIMEN_BLOCK_DEFINITIONS, "lonely");
  limen_document_table(document, hostile, "name|#value");
  for (int i = 0; i < 11; i++) limen_document_row(document, (const char *const[]){hostile, "0.11"});
  limen_document_fold(document, 4);
  limen_document_table(document, "Seconds a step.", "name|#s");
  limen_document_row(document, (const char *const[]){"a", "0.0317"});
  limen_document_timed(document);
}

static void test_pages(void **state) {
  (void)state;
  struct limen_document document = {0};
  struct limen_text html = {0}, markdown = {0};
  struct limen_error error = {0};
  fill(&document);
  assert_int_equal(
      limen_html_page(&html, &document, ".", "make `x` <y>", "{\"a\":\"</pre>\"}", &error),
      LIMEN_OK);
  assert_nested(html.data);
  assert_ids(html.data);
  assert_lacks(html.data, "<script");
  assert_has(html.data, "&lt;script&gt;alert(&#39;&amp;amp;&#39;)&lt;/script&gt;");
  assert_has(html.data, "<html lang=\"en\">");
  assert_has(html.data, "default-src 'none'");
  assert_lacks(html.data, "src=");
  assert_lacks(html.data, "http:");
  assert_lacks(html.data, "https:");
  assert_has(html.data, "It is <em>0.57</em>");
  assert_has(html.data, "<dt><code>ef</code></dt><dd>beam, ");
  assert_has(html.data, "<dt>lonely</dt><dd></dd>");
  assert_has(html.data, "<td class=\"n\">0.11</td>");
  assert_has(html.data, "Show all 11 rows");
  assert_has(html.data, "<code>make `x` &lt;y&gt;</code>");
  assert_has(html.data, "&lt;/pre&gt;");
  assert_has(html.data, "Seconds a step.");
  /* Four rows, then the rest, which only the screen's style sheet hides. */
  const char *rest = strstr(html.data, "<tbody class=\"rest\">");
  assert_non_null(rest);
  size_t rows = 0;
  for (const char *at = strstr(html.data, "<tbody>"); (at = strstr(at + 1, "<tr>")) && at < rest;)
    rows++;
  assert_int_equal(rows, 4);

  assert_int_equal(limen_markdown_page(&markdown, &document, "make x", true, &error), LIMEN_OK);
  /* Inside a fence everything is literal; outside of it, HTML must not start. */
  const char *fence = strstr(markdown.data, "```sh");
  for (const char *at = markdown.data; (at = strstr(at, "<script")); at++)
    assert_true(fence && at > fence && at < strstr(fence + 5, "```"));
  assert_has(markdown.data, "&lt;script>");
  assert_has(markdown.data, "> **Answer.** It is *0.57* (");
  assert_has(markdown.data, "| name | value |\n| --- | ---: |\n");
  assert_has(markdown.data, "onload=\"x\\|");
  assert_has(markdown.data, "- **`ef`:** beam, ");
  assert_has(markdown.data, "```sh\nmake x\n```\n");
  assert_has(markdown.data, "[manifest.json](manifest.json)");
  assert_lacks(markdown.data, "Seconds");
  assert_has(markdown.data, "with a clock is in [index.html]");
  limen_text_clear(&html);
  limen_text_clear(&markdown);
  limen_document_clear(&document);
}

static void test_markdown_code(void **state) {
  (void)state;
  struct limen_document document = {0};
  struct limen_text out = {0};
  limen_document_print(&document, LIMEN_BLOCK_CODE, "a ```` b");
  limen_document_print(&document, LIMEN_BLOCK_PARAGRAPH, "    x `a\\`b`");
  assert_int_equal(limen_markdown_page(&out, &document, NULL, false, NULL), LIMEN_OK);
  assert_string_equal(out.data, "# Report\n\n`````sh\na ```` b\n`````\n\nx `` a`b ``\n\n");
  limen_text_clear(&out);
  limen_document_clear(&document);
}

/* ---- inlining ---- */

static void test_palette(void **state) {
  (void)state;
  assert_string_equal(limen_palette_variable("black"), "currentColor");
  assert_string_equal(limen_palette_variable("#FFFFFF"), "var(--paper)");
  assert_string_equal(limen_palette_variable("rgb(  3, 100, 180)"), "var(--s0)");
  assert_null(limen_palette_variable("rgb(  4, 100, 180)"));
  assert_null(limen_palette_variable("none"));
  assert_null(limen_palette_variable("rgb(1000,0,0)"));
  for (int slot = -1; slot < LIMEN_SLOTS; slot++)
    for (int other = -1; other < slot; other++)
      assert_string_not_equal(limen_palette_slot(slot), limen_palette_slot(other));
  assert_string_equal(limen_palette_slot(8), limen_palette_slot(-1));
}

static void test_inline(void **state) {
  (void)state;
  struct limen_plot *plot = limen_plot_alloc("p", "a <caption>", "x", "y");
  struct limen_text out = {0};
  struct limen_error error = {0};
  size_t series = limen_plot_series(plot, "<s>", LIMEN_POINTS, 0);
  limen_plot_point(plot, series, 0.11, 0.32, 0.3, 0.57);
  const char *svg =
      "<?xml version='1.0'?><svg width=\"9\"><title>t</title><desc>d</desc>\n<g id='c'>"
      "<rect fill=\"#ffffff\"/><defs><filter id='f'><feFlood/></filter><path id='gpPt0' "
      "stroke='currentColor'/></defs><g fill=\"none\">\n</g><use xlink:href='#gpPt0' "
      "color='rgb(3,100,180)'/><text font-family=\"X\">a &lt; b</text>\n\n"
      "<polygon fill = 'rgb(208, 122,   8)' points = '1,2 3,4'/></g></svg>";
  assert_int_equal(limen_svg_inline(&out, svg, plot, &error), LIMEN_OK);
  assert_nested(out.data);
  assert_ids(out.data);
  assert_has(out.data, "role=\"img\"");
  assert_has(out.data, "aria-label=\"a &lt;caption&gt;\"");
  assert_has(out.data, "<use href=\"#p-gpPt0\" color=\"var(--s0)\"/>");
  assert_has(out.data, "<text>a &lt; b</text>");
  assert_has(out.data, "<polygon fill=\"var(--s1)\" points=\"1,2 3,4\"/>");
  assert_has(out.data, "<title>&lt;s&gt;\nx: 0.11\ny: 0.32 (0.3 to 0.57)</title>");
  assert_lacks(out.data, "rect");
  assert_lacks(out.data, "filter");
  assert_lacks(out.data, "<g fill");
  limen_text_clear(&out);
  assert_int_equal(limen_svg_inline(&out, "nothing", plot, &error), LIMEN_FAILED);
  assert_string_equal(error.text, "the file drawn for the plot p is no SVG");
  assert_int_equal(limen_svg_inline(&out, "<svg><g>", plot, &error), LIMEN_FAILED);
  assert_string_equal(error.text, "the SVG of the plot p is cut off");
  assert_int_equal(limen_svg_inline(&out, "<svg><g fill='", plot, &error), LIMEN_FAILED);
  assert_string_equal(error.text, "the SVG of the plot p ends inside a tag");
  limen_text_clear(&out);
  limen_plot_free(plot);
}

/* ---- whole reports ---- */

static struct limen_plot *hostile_plot(const char *name) {
  struct limen_plot *plot = limen_plot_alloc(name, hostile, hostile, hostile);
  for (int style = LIMEN_POINTS; style <= LIMEN_HOLLOW; style++) {
    size_t series = limen_plot_series(plot, hostile, (enum limen_style)style, style);
    limen_plot_point(plot, series, 0.11, 0.32, 0.3, 0.57);
    limen_plot_point(plot, series, 0.57, 0.11, 0.1, 0.32);
  }
  limen_plot_mark(plot, 0.57, 0.11, hostile);
  plot->inset_title = limen_copy_text(hostile, NULL);
  plot->inset_y_label = limen_copy_text(hostile, NULL);
  plot->series[1].inset = true;
  return plot;
}

static void test_report(void **state) {
  (void)state;
  if (!has_gnuplot()) skip();
  char folder[] = "/tmp/limen_report_XXXXXX";
  assert_non_null(mkdtemp(folder));
  struct limen_document document = {0};
  struct limen_error error = {0};
  fill(&document);
  limen_document_plot(&document, hostile_plot("old"));
  assert_int_equal(limen_report_write(&document, folder, NULL, NULL, &error), LIMEN_OK);
  struct limen_text earlier = {0};
  limen_report_plots(&document, &earlier);
  assert_string_equal(limen_text_string(&earlier), "plots/old\n");
  limen_document_clear(&document);
  fill(&document);
  limen_document_plot(&document, hostile_plot("first"));
  limen_document_plot(&document, hostile_plot("second"));
  struct limen_plot *timed = hostile_plot("clocked");
  timed->timed = true;
  limen_document_plot(&document, timed);
  /* What no earlier report had is a user's own, whatever a list from a stranger's store says. */
  static const char *const own[] = {"keep.png", "plots/own.txt", "plots/mine.png"};
  for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
    char *path = limen_path_join(folder, own[i], NULL);
    assert_int_equal(limen_file_write(path, "x", 1, &error), LIMEN_OK);
    limen_free(path);
  }
  limen_text_print(&earlier,
                   "plots/../keep\nplots/timed/../mine\n./plots/mine\nkeep\n\nplots\n/\n"
                   "plots/timed/first\nplots/clocked\nplots/mine.png");
  if (limen_report_write(&document, folder, "make x", "{}", &error) != LIMEN_OK)
    fail_msg("%s", error.text);
  assert_int_equal(limen_report_drop_plots(&document, folder, limen_text_string(&earlier), &error),
                   LIMEN_OK);
  assert_int_equal(limen_report_drop_plots(&document, folder, NULL, &error), LIMEN_OK);
  limen_text_clear(&earlier);
  limen_free(read_text(folder, "keep.png"));
  limen_free(read_text(folder, "plots/timed/clocked.svg"));
  char *html = read_text(folder, "index.html"), *markdown = read_text(folder, "report.md");
  assert_nested(html);
  assert_ids(html);
  assert_lacks(html, "<script");
  assert_has(html, "id=\"first-gpPt0\"");
  assert_has(html, "id=\"second-gpPt0\"");
  assert_has(html, "href=\"plots/timed/clocked.svg\"");
  assert_lacks(html, "=\"#ffffff\"");
  assert_lacks(html, "\"black\"");
  assert_has(markdown, "](plots/first.svg)");
  assert_lacks(markdown, "clocked");
  /* Only what belongs to this report is left, besides files that no report made. */
  char *plots = limen_path_join(folder, "plots", NULL), **names;
  size_t count;
  assert_int_equal(limen_folder_list(plots, &names, &count, &error), LIMEN_OK);
  static const char *const expected[] = {"first.dat",  "first.gp",   "first.png",  "first.svg",
                                         "mine.png",   "own.txt",    "second.dat", "second.gp",
                                         "second.png", "second.svg", "timed"};
  assert_int_equal(count, sizeof expected / sizeof *expected);
  for (size_t i = 0; i < count; i++) assert_string_equal(names[i], expected[i]);
  limen_folder_list_free(names, count);
  limen_free(plots);
  limen_free(html);
  limen_free(markdown);
  assert_int_equal(limen_folder_remove(folder, &error), LIMEN_OK);
  limen_document_clear(&document);
}

static void test_report_errors(void **state) {
  (void)state;
  struct limen_document document = {0};
  struct limen_error error = {0};
  fill(&document);
  assert_int_equal(limen_report_write(&document, "/dev/null/x", NULL, NULL, &error), LIMEN_FAILED);
  assert_has(error.text, "cannot make the folder /dev/null");
  if (!has_gnuplot()) skip();
  char folder[] = "/tmp/limen_report_XXXXXX";
  assert_non_null(mkdtemp(folder));
  limen_document_plot(&document, limen_plot_alloc("twin", "", "", ""));
  limen_document_plot(&document, limen_plot_alloc("twin", "", "", ""));
  assert_int_equal(limen_report_write(&document, folder, NULL, NULL, &error), LIMEN_FAILED);
  assert_string_equal(error.text, "two plots of one report are named twin");
  assert_int_equal(limen_folder_remove(folder, &error), LIMEN_OK);
  limen_document_clear(&document);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_html_escape),   cmocka_unit_test(test_markdown_escape),
      cmocka_unit_test(test_gnuplot_quote), cmocka_unit_test(test_markup),
      cmocka_unit_test(test_plain),         cmocka_unit_test(test_document),
      cmocka_unit_test(test_pages),         cmocka_unit_test(test_markdown_code),
      cmocka_unit_test(test_palette),       cmocka_unit_test(test_inline),
      cmocka_unit_test(test_report),        cmocka_unit_test(test_report_errors),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
