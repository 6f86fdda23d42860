#include "engines/faiss_trace.h"

#include <faiss/MetricType.h>
#include <faiss/impl/DistanceComputer.h>

#include <utility>

LimenDistances::LimenDistances(const faiss::Index &storage)
    : inner(storage.get_distance_computer()),
      sign(storage.metric_type == faiss::METRIC_INNER_PRODUCT ? -1.0f : 1.0f) {}

LimenDistances::~LimenDistances() { delete inner; }

void LimenDistances::set_query(const float *query) { inner->set_query(query); }

float LimenDistances::operator()(idx_t node) {
  const float distance = sign * (*inner)(node);
  if (kept) kept->push_back({node, distance});
  return distance;
}

float LimenDistances::symmetric_dis(idx_t a, idx_t b) { return sign * inner->symmetric_dis(a, b); }

/* ---- the walk ---- */

namespace {

class Walk {
 public:
  Walk(const faiss::HNSW &graph, const std::vector<LimenDistances::Evaluated> &list)
      : hnsw(graph), evaluated(list) {}

  LimenWalk done{0, {}};
  bool agrees = true;

  /* Down to level 1, always to the nearest neighbour. */
  void descend() {
    nearest = hnsw.entry_point;
    distance = next(nearest);
    for (int level = hnsw.max_level; level >= 1; level--)
      for (faiss::HNSW::storage_idx_t from = -1; from != nearest && agrees;) {
        from = nearest;
        follow(from, level, [this](faiss::HNSW::storage_idx_t to) {
          const float off = next(to);
          if (off < distance) {
            nearest = to;
            distance = off;
          }
        });
      }
  }

  /* On level 0 from the nearest, until ef nodes are nearer than the next candidate. The candidates
   * are kept in the library's own heap, whose ways with ties are its own. */
  void spread(std::size_t ef) {
    faiss::HNSW::MinimaxHeap candidates(static_cast<int>(ef));
    std::vector<bool> seen(hnsw.levels.size(), false);
    arrive(nearest, distance, candidates, seen);
    while (candidates.size() > 0 && agrees) {
      float off = 0;
      const faiss::HNSW::storage_idx_t from = candidates.pop_min(&off);
      if (hnsw.check_relative_distance && candidates.count_below(off) >= hnsw.efSearch) break;
      follow(from, 0, [&](faiss::HNSW::storage_idx_t to) {
        if (!seen[static_cast<std::size_t>(to)]) arrive(to, next(to), candidates, seen);
      });
    }
    agrees = agrees && at == evaluated.size();
  }

 private:
  const faiss::HNSW &hnsw;
  const std::vector<LimenDistances::Evaluated> &evaluated;
  std::size_t at = 0;
  faiss::HNSW::storage_idx_t nearest = -1;
  float distance = 0;

  float next(faiss::HNSW::storage_idx_t node) {
    agrees = agrees && at < evaluated.size() && evaluated[at].node == node;
    return agrees ? evaluated[at++].distance : 0;
  }

  void arrive(faiss::HNSW::storage_idx_t node, float off, faiss::HNSW::MinimaxHeap &candidates,
              std::vector<bool> &seen) {
    seen[static_cast<std::size_t>(node)] = true;
    done.ground.push_back(node);
    candidates.push(node, off);
  }

  template <typename Visit>
  void follow(faiss::HNSW::storage_idx_t from, int level, Visit visit) {
    std::size_t begin = 0, end = 0;
    done.hops++;
    hnsw.neighbor_range(from, level, &begin, &end);
    for (std::size_t i = begin; i < end && hnsw.neighbors[i] >= 0 && agrees; i++)
      visit(hnsw.neighbors[i]);
  }
};

}  // namespace

bool limen_faiss_walk(const faiss::HNSW &hnsw,
                      const std::vector<LimenDistances::Evaluated> &evaluated, std::size_t ef,
                      LimenWalk *out) {
  Walk walk(hnsw, evaluated);
  walk.descend();
  if (walk.agrees) walk.spread(ef);
  *out = std::move(walk.done);
  return walk.agrees;
}
