// LEMON's network simplex on an instance folder's graph: CPU seconds of the
// solve alone, best of the repeats, one JSON line.
//   g++ -O2 -o network_simplex network_simplex.cpp
//   network_simplex PAPERS REVIEWERS DEMAND LOAD_MIN LOAD_MAX REPEATS < edges.csv
#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>

using namespace lemon;

int main(int argc, char **argv) {
  if (argc != 7) return 2;
  const int papers = atoi(argv[1]), reviewers = atoi(argv[2]), demand = atoi(argv[3]);
  const int load_min = atoi(argv[4]), load_max = atoi(argv[5]), repeats = atoi(argv[6]);
  SmartDigraph g;
  g.reserveNode(papers + reviewers + 1);
  for (int i = 0; i < papers + reviewers + 1; ++i) g.addNode();
  const auto sink = g.nodeFromId(papers + reviewers);
  SmartDigraph::ArcMap<long long> cap(g), low(g), cost(g);
  int p, r;
  long long score;
  if (scanf("%*[^\n]") != 0) return 2;
  while (scanf("%d,%d,%lld", &p, &r, &score) == 3) {
    const auto a = g.addArc(g.nodeFromId(p), g.nodeFromId(papers + r));
    cap[a] = 1;
    low[a] = 0;
    cost[a] = -score;
  }
  for (r = 0; r < reviewers; ++r) {
    const auto a = g.addArc(g.nodeFromId(papers + r), sink);
    cap[a] = load_max;
    low[a] = load_min;
    cost[a] = 0;
  }
  SmartDigraph::NodeMap<long long> supply(g, 0);
  for (p = 0; p < papers; ++p) supply[g.nodeFromId(p)] = demand;
  supply[sink] = -1LL * papers * demand;
  double best = 1e30;
  long long total = 0;
  for (int k = 0; k < repeats; ++k) {
    const clock_t start = clock();
    NetworkSimplex<SmartDigraph, long long, long long> ns(g);
    ns.upperMap(cap).lowerMap(low).costMap(cost).supplyMap(supply);
    if (ns.run() != decltype(ns)::OPTIMAL) return 1;
    const double used = double(clock() - start) / CLOCKS_PER_SEC;
    if (used < best) best = used;
    total = -ns.totalCost();
  }
  printf("{\"total_micro\": %lld, \"cpu_s\": %.6f}\n", total, best);
  return 0;
}
