/* Engine faiss: whatever faiss::index_factory makes; by default its HNSW over flat vectors.
 *
 * FAISS numbers vectors by insertion, so that the engine keeps which row each was. It deals every
 * add() anew: highest levels first, the nodes of a level shuffled. An order of insertion therefore
 * survives with a batch of 1 and is gone with a batch of all rows; graphs tell the sequence in
 * which nodes were really linked (faiss_links.h).
 *
 * ef is efSearch of an HNSW and nprobe of an IVF, the lists that are looked at; indexes of other
 * kinds have nothing like it. The M of "HNSW32,Flat" is the factory's, and levels dealt by label
 * use it. Cosine is the inner product of the unit vectors that all engines get.
 *
 * One query at a time, IndexHNSW::search clears a table of all rows and adds to global counters;
 * HNSW::search below it, which is called here, answers the same with a table that is kept. */
#include <faiss/IndexFlat.h>
#include <faiss/impl/io.h>
#include <faiss/index_io.h>
#include <faiss/utils/Heap.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

extern "C" {
#include "engines/faiss_file.h"
#include "engines/faiss_links.h"
#include "engines/graph_fill.h"
#include "engines/index_accept.h"
#include "engines/index_read_faiss.h"
extern const struct limen_engine limen_engine_faiss;
}
#include "engines/faiss_index.h"

namespace {

/* ---- searching ---- */

void look(LimenFaiss &state, const float *query, size_t k, size_t ef) {
  using idx_t = faiss::Index::idx_t;
  const auto want = static_cast<idx_t>(k);
  state.found_distance.resize(k);
  state.found_node.assign(k, -1);
  if (state.hnsw) state.hnsw->hnsw.efSearch = static_cast<int>(ef);
  if (state.ivf) state.ivf->nprobe = std::min(ef, state.ivf->nlist);
  float *distance = state.found_distance.data();
  idx_t *node = state.found_node.data();
  if (!state.distances) return state.index->search(1, query, want, distance, node);
  state.distances->set_query(query);
  faiss::maxheap_heapify(k, distance, node);
  state.hnsw->hnsw.search(*state.distances, static_cast<int>(k), node, distance, *state.visited);
  faiss::maxheap_reorder(k, distance, node);
}

/* From the library's numbers to rows; it says -1 where it found none. */
void hand_over(const LimenFaiss &state, size_t k, int64_t *ids, size_t *found) {
  *found = 0;
  for (size_t i = 0; i < k; i++)
    if (state.found_node[i] >= 0)
      ids[(*found)++] = state.row[static_cast<size_t>(state.found_node[i])];
  std::fill(ids + *found, ids + k, -1);
}

int search(void *opaque, const float *query, size_t k, size_t ef, int64_t *ids, size_t *found,
           limen_error *error) {
  return limen_guarded("searching", LIMEN_FAILED, error, [&] {
    LimenFaiss &state = *static_cast<LimenFaiss *>(opaque);
    LimenTeam team(1);
    look(state, query, k, ef);
    hand_over(state, k, ids, found);
    return LIMEN_OK;
  });
}

int trace_hnsw(LimenFaiss &state, const float *query, size_t k, size_t ef, limen_trace *out,
               limen_error *error) {
  std::vector<LimenDistances::Evaluated> evaluated;
  LimenWalk walk;
  state.distances->kept = &evaluated;
  try {
    look(state, query, k, ef);
  } catch (...) {
    state.distances->kept = nullptr;
    throw;
  }
  state.distances->kept = nullptr;
  if (!limen_faiss_walk(state.hnsw->hnsw, evaluated, ef, &walk))
    return LIMEN_FAIL(error, LIMEN_FAILED,
                      "this version of FAISS, %d.%d.%d, searches in another way than 1.7.3, whose "
                      "searches can be traced",
                      FAISS_VERSION_MAJOR, FAISS_VERSION_MINOR, FAISS_VERSION_PATCH);
  out->distances = evaluated.size();
  out->hops = walk.hops;
  out->found = walk.ground.size();
  for (size_t i = 0; out->row && i < walk.ground.size(); i++)
    out->row[i] = state.row[static_cast<size_t>(walk.ground[i])];
  return LIMEN_OK;
}

/* An IVF looks at all that stands in the lists nearest to the query. */
void trace_ivf(LimenFaiss &state, const float *query, limen_trace *out) {
  const auto nprobe = static_cast<int64_t>(state.ivf->nprobe);
  std::vector<float> distance(state.ivf->nprobe);
  std::vector<faiss::Index::idx_t> list(state.ivf->nprobe, -1);
  state.ivf->quantizer->search(1, query, nprobe, distance.data(), list.data());
  out->found = 0;
  for (const auto l : list) {
    if (l < 0) continue;
    const size_t size = state.ivf->invlists->list_size(static_cast<size_t>(l));
    faiss::InvertedLists::ScopedIds nodes(state.ivf->invlists, static_cast<size_t>(l));
    for (size_t i = 0; out->row && i < size; i++)
      out->row[out->found + i] = state.row[static_cast<size_t>(nodes[i])];
    out->found += size;
  }
  out->distances = out->found;
  out->hops = SIZE_MAX;
}

int trace(void *opaque, const float *query, size_t k, size_t ef, int64_t *ids, size_t *found,
          limen_trace *out, limen_error *error) {
  return limen_guarded("tracing", LIMEN_FAILED, error, [&] {
    LimenFaiss &state = *static_cast<LimenFaiss *>(opaque);
    LimenTeam team(1);
    int status = LIMEN_OK;
    if (state.distances) {
      status = trace_hnsw(state, query, k, ef, out, error);
    } else if (state.ivf && state.ivf == state.index.get()) {
      look(state, query, k, ef);
      trace_ivf(state, query, out);
    } else if (dynamic_cast<faiss::IndexFlatCodes *>(state.index.get())) {
      look(state, query, k, ef);
      out->distances = out->found = state.row.size();
      out->hops = SIZE_MAX;
      if (out->row) std::copy(state.row.begin(), state.row.end(), out->row);
    } else {
      return LIMEN_FAIL(error, LIMEN_USAGE,
                        "searches of FAISS's %.200s cannot be traced; those of HNSW, IVF and flat "
                        "indexes can",
                        state.factory.c_str());
    }
    if (status == LIMEN_OK) hand_over(state, k, ids, found);
    return status;
  });
}

/* ---- the graph ---- */

template <typename T>
const uint8_t *bytes_of(const std::vector<T> &values) {
  return reinterpret_cast<const uint8_t *>(values.data());
}

int graph(void *opaque, limen_graph *out, limen_error *error) {
  const LimenFaiss &state = *static_cast<const LimenFaiss *>(opaque);
  if (!state.hnsw)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "FAISS's %.200s has no graph that is read; HNSW%zu,Flat has",
                      state.factory.c_str(), state.settings.M);
  return limen_guarded("reading the graph", LIMEN_FAILED, error, [&] {
    const faiss::HNSW &hnsw = state.hnsw->hnsw;
    const size_t nodes = state.row.size();
    const limen_faiss_links links = {nodes, bytes_of(hnsw.levels), bytes_of(hnsw.offsets),
                                     bytes_of(hnsw.neighbors),
                                     bytes_of(hnsw.cum_nneighbor_per_level)};
    std::vector<uint8_t> top(nodes);
    std::vector<uint32_t> inserted(nodes);
    for (size_t i = 0; i < nodes; i++) top[i] = static_cast<uint8_t>(hnsw.levels[i] - 1);
    /* Several threads link in a sequence of their own every time. */
    const bool known = state.settings.threads == 1;
    if (known) {
      int status = limen_faiss_inserted(&links, state.settings.batch, inserted.data(), error);
      if (status != LIMEN_OK) return status;
    }
    limen_graph_source source = {};
    source.nodes = nodes;
    source.levels = static_cast<size_t>(hnsw.max_level) + 1;
    source.M = static_cast<size_t>(hnsw.nb_neighbors(1));
    source.most_links = static_cast<size_t>(hnsw.nb_neighbors(0));
    source.entry = static_cast<uint32_t>(hnsw.entry_point);
    source.top = top.data();
    source.row = state.row.data();
    source.inserted = known ? inserted.data() : nullptr;
    source.links = limen_faiss_list;
    source.context = &links;
    return limen_graph_fill(&source, out, error);
  });
}

/* ---- size and files ---- */

class Counter final : public faiss::IOWriter {
 public:
  size_t bytes = 0;
  size_t operator()(const void *, size_t size, size_t items) override {
    bytes += size * items;
    return items;
  }
};

/* What a file of it would hold is what stands in memory. */
size_t bytes(const void *opaque) {
  const LimenFaiss &state = *static_cast<const LimenFaiss *>(opaque);
  try {
    Counter counter;
    faiss::write_index(state.index.get(), &counter);
    return counter.bytes + state.row.size() * sizeof(uint32_t);
  } catch (...) {
    return 0; /* a kind that FAISS does not write */
  }
}

/* Only what limen_index_accept can check before FAISS reads it back. */
bool can_be_saved(const LimenFaiss &state) {
  const faiss::Index *flat =
      state.hnsw && state.hnsw == state.index.get() ? state.hnsw->storage : state.index.get();
  return dynamic_cast<const faiss::IndexFlat *>(flat) &&
         (flat == state.index.get() || dynamic_cast<faiss::IndexHNSWFlat *>(state.hnsw));
}

int save(void *opaque, const char *path, limen_error *error) {
  const LimenFaiss &state = *static_cast<const LimenFaiss *>(opaque);
  if (!can_be_saved(state))
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "FAISS's %.200s is not saved: only HNSW over flat vectors and flat vectors "
                      "can be checked when they are loaded",
                      state.factory.c_str());
  return limen_guarded("saving", LIMEN_FAILED, error, [&] {
    std::unique_ptr<FILE, int (*)(FILE *)> stream(std::fopen(path, "wb"), std::fclose);
    if (!stream)
      return LIMEN_FAIL(error, LIMEN_FAILED, "%s cannot be written: %s", path,
                        std::strerror(errno));
    /* The file must not tell how the index was searched before. */
    if (state.hnsw) state.hnsw->hnsw.efSearch = faiss::SearchParametersHNSW().efSearch;
    faiss::write_index(state.index.get(), stream.get());
    const uint64_t count = state.row.size();
    std::fwrite(limen_faiss_rows_mark, 1, LIMEN_FAISS_ROWS_MARK, stream.get());
    std::fwrite(&count, sizeof count, 1, stream.get());
    std::fwrite(state.row.data(), sizeof(uint32_t), state.row.size(), stream.get());
    const bool whole = !std::ferror(stream.get());
    if (std::fclose(stream.release()) != 0 || !whole)
      return LIMEN_FAIL(error, LIMEN_FAILED, "%s cannot be written to its end: %s", path,
                        std::strerror(errno));
    return static_cast<int>(LIMEN_OK);
  });
}

struct Accepted {
  limen_index_content content;
  ~Accepted() { limen_index_content_clear(&content); }
};

int load(const char *path, size_t rows, size_t columns, const limen_index_settings *settings,
         void **out, limen_error *error) {
  return limen_guarded("loading", LIMEN_INPUT, error, [&] {
    auto state = std::make_unique<LimenFaiss>();
    state->settings = *settings;
    state->factory = settings->factory ? settings->factory : "HNSW";
    state->settings.factory = nullptr;
    Accepted accepted{};
    /* A factory string has an M of its own. */
    const limen_index_wanted wanted = {rows, columns, settings->factory ? 0 : settings->M,
                                       settings->ef_construction, settings};
    int status =
        limen_index_accept(path, limen_index_read_faiss_any, &wanted, &accepted.content, error);
    if (status != LIMEN_OK) return status;
    state->row.assign(accepted.content.row, accepted.content.row + rows);
    LimenTeam team(1);
    state->index.reset(faiss::read_index(path));
    limen_faiss_prepare(state.get());
    *out = state.release();
    return static_cast<int>(LIMEN_OK);
  });
}

void close(void *opaque) { delete static_cast<LimenFaiss *>(opaque); }

}  // namespace

const struct limen_engine limen_engine_faiss = {
    .name = "faiss",
    .about = "FAISS: HNSW (ef is efSearch), or what a factory string describes (IVF: ef is nprobe)",
    .reads = LIMEN_READS_M | LIMEN_READS_EF_CONSTRUCTION | LIMEN_READS_EF | LIMEN_READS_LEVELS |
             LIMEN_READS_BATCH | LIMEN_READS_ORDER,
    .float64 = false,
    .build = limen_faiss_build,
    .search = search,
    .trace = trace,
    .graph = graph,
    .bytes = bytes,
    .save = save,
    .load = load,
    .close = close,
};
