// The look back as a picture: helper areas down, helped areas across, a stripe for each way of helping.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "clients/cli/lookback_view.h"

namespace comity::cli {
namespace {

using domain::lookback::Area;
using domain::lookback::kColumns;
using domain::lookback::Pair;
using domain::lookback::Tally;

constexpr size_t kMaxAreas = 24;
constexpr size_t kLabelCharacters = 26;
constexpr int kCellWidth = 50, kStripeHeight = 19, kMargin = 24;

struct Ink {
  const char* words;
  std::array<const char*, 4> fills;  // from few to many people
  std::array<const char*, 4> texts;  // readable on them
};
// Blue and orange are told apart by everybody; the stripes keep their places, so colour is never the only sign.
constexpr Ink kInks[kColumns] = {
    {"helped with", {"#dbe9f6", "#9ecae1", "#4292c6", "#08519c"}, {"#08306b", "#08306b", "#ffffff", "#ffffff"}},
    {"stepped in for", {"#feedde", "#fdbe85", "#e6781e", "#a63603"}, {"#5a2000", "#5a2000", "#1a0a00", "#ffffff"}},
    {"merged for", {"#ececec", "#c9c9c9", "#8a8a8a", "#4d4d4d"}, {"#222222", "#222222", "#000000", "#ffffff"}},
};

std::string Xml(std::string_view text) {
  std::string escaped;
  for (const char c : Printable(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

bool StartsCharacter(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

std::string Label(const std::string& name) {
  size_t characters = 0;
  for (size_t i = 0; i < name.size(); ++i) {
    if (StartsCharacter(name[i]) && ++characters > kLabelCharacters - 1 && name.size() - i > 1) return name.substr(0, i) + "…";
  }
  return name;
}
// About, in the labels' 13 px.
double LabelWidth(const std::string& label) {
  double width = 0;
  for (const char c : label) width += !StartsCharacter(c) ? 0 : c >= 'A' && c <= 'Z' ? 9.4 : 7.6;
  return width;
}

// How dark a stripe is goes by people, never by times.
int64_t PeopleOf(const Tally& tally) { return tally.people_helped > 0 ? tally.people_helped : tally.helpers; }
std::string NumberOf(const Tally& tally) {
  if (!tally.shown) return "·";
  return tally.people_helped > 0 ? absl::StrCat(tally.people_helped) : absl::StrCat(tally.times, "×");
}

class Picture {
 public:
  explicit Picture(const LookbackView& view) : view_(view) {
    Choose();
    for (const Area area : areas_) label_width_ = std::max(label_width_, LabelWidth(Label(view_.area(area))));
    for (size_t i = 0; i < kColumns; ++i) {
      if (used_[i]) stripes_.push_back(i);
    }
    cell_height_ = kStripeHeight * static_cast<int>(std::max<size_t>(stripes_.size(), 2));
    left_ = kMargin + static_cast<int>(label_width_) + 12;
    top_ = kMargin + 62 + static_cast<int>(label_width_ * 0.72) + 12;
    const int across = static_cast<int>(areas_.size());
    // The last slanted label leans out to the right; the legend needs its own room.
    width_ = std::max(left_ + across * kCellWidth + static_cast<int>(label_width_ * 0.72) + kMargin, 860);
    legend_ = top_ + across * cell_height_ + 34;
    height_ = legend_ + 22 * static_cast<int>(stripes_.size()) + 66 + kMargin;
  }

  std::string Draw() {
    absl::StrAppend(&out_, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"", width_, "\" height=\"", height_, "\" viewBox=\"0 0 ",
                    width_, " ", height_,
                    "\" role=\"img\" font-family=\"system-ui, 'DejaVu Sans', Arial, sans-serif\" font-size=\"13\">\n");
    absl::StrAppend(&out_, "<title>Who helped whom in ", Xml(view_.path),
                    "</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
    Text(kMargin, kMargin + 16, absl::StrCat("Who helped whom in ", Xml(Label(Name()))),
         "font-size=\"19\" font-weight=\"bold\" fill=\"#111111\"");
    Text(kMargin, kMargin + 38, Xml(Subtitle()), "fill=\"#444444\"");
    if (areas_.empty()) {
      Text(kMargin, top_, absl::StrCat("No pair of areas has ", view_.min_people, " people on each side."), "fill=\"#111111\"");
    } else {
      Heads();
      Cells();
    }
    Legend();
    return out_ + "</svg>\n";
  }

 private:
  // The areas of the pairs with most people, by name.
  void Choose() {
    std::map<Area, int64_t> most;
    for (const Pair& pair : view_.report.pairs) {
      for (size_t i = 0; i < kColumns; ++i) {
        const Tally& tally = pair.columns[i];
        used_[i] = used_[i] || tally.any;
        if (!tally.shown) continue;
        largest_[i] = std::max(largest_[i], PeopleOf(tally));
        for (const Area area : {pair.helper, pair.helped}) most[area] = std::max(most[area], PeopleOf(tally));
      }
    }
    for (const auto& [area, value] : most) areas_.push_back(area);
    all_areas_ = areas_.size();
    std::stable_sort(areas_.begin(), areas_.end(), [&](Area a, Area b) { return most[a] > most[b]; });
    if (areas_.size() > kMaxAreas) areas_.resize(kMaxAreas);
    std::sort(areas_.begin(), areas_.end(), [&](Area a, Area b) { return view_.area(a) < view_.area(b); });
  }

  std::string Name() const {
    std::string_view path = view_.path;
    while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    const size_t slash = path.rfind('/');
    return std::string(slash == std::string_view::npos || path.size() == 1 ? path : path.substr(slash + 1));
  }
  std::string Subtitle() const {
    std::string text = "by what its commits tell";
    if (view_.commits > 0) absl::StrAppend(&text, ", ", DayText(view_.first_time), " to ", DayText(view_.last_time));
    if (all_areas_ > areas_.size()) absl::StrAppend(&text, "; the ", areas_.size(), " areas with most people of ", all_areas_);
    return text;
  }

  void Text(int x, int y, std::string_view escaped, std::string_view attributes) {
    absl::StrAppend(&out_, "<text x=\"", x, "\" y=\"", y, "\" ", std::string(attributes), ">", std::string(escaped), "</text>\n");
  }

  void Heads() {
    Text(left_ - 10, top_ - 10, "at home in ↓ helped →", "text-anchor=\"end\" font-size=\"11\" fill=\"#666666\"");
    for (size_t i = 0; i < areas_.size(); ++i) {
      const int x = left_ + static_cast<int>(i) * kCellWidth + kCellWidth / 2, y = top_ + static_cast<int>(i) * cell_height_;
      const std::string title = absl::StrCat("<title>", Xml(view_.area(areas_[i])), "</title>"), label = Xml(Label(view_.area(areas_[i])));
      absl::StrAppend(&out_, "<text transform=\"translate(", x + 2, " ", top_ - 8, ") rotate(-45)\" fill=\"#111111\">", title, label,
                      "</text>\n");
      absl::StrAppend(&out_, "<text x=\"", left_ - 10, "\" y=\"", y + cell_height_ / 2 + 5, "\" text-anchor=\"end\" fill=\"#111111\">",
                      title, label, "</text>\n");
    }
  }

  void Cells() {
    std::map<std::pair<Area, Area>, const Pair*> pairs;
    for (const Pair& pair : view_.report.pairs) pairs[{pair.helper, pair.helped}] = &pair;
    for (size_t row = 0; row < areas_.size(); ++row) {
      for (size_t column = 0; column < areas_.size(); ++column) {
        const int x = left_ + static_cast<int>(column) * kCellWidth, y = top_ + static_cast<int>(row) * cell_height_;
        absl::StrAppend(&out_, "<rect x=\"", x, "\" y=\"", y, "\" width=\"", kCellWidth, "\" height=\"", cell_height_, "\" fill=\"",
                        row == column ? "#f2f2f2" : "#ffffff", "\" stroke=\"#bdbdbd\"/>\n");
        const auto found = pairs.find({areas_[row], areas_[column]});
        if (found == pairs.end()) continue;
        for (size_t i = 0; i < stripes_.size(); ++i)
          Stripe(*found->second, stripes_[i], x, y + static_cast<int>(i) * cell_height_ / static_cast<int>(stripes_.size()));
      }
    }
  }

  void Stripe(const Pair& pair, size_t which, int x, int y) {
    const Tally& tally = pair.columns[which];
    if (!tally.any) return;
    const int height = cell_height_ / static_cast<int>(stripes_.size());
    const Ink& ink = kInks[which];
    const size_t shade = tally.shown ? Shade(PeopleOf(tally), largest_[which]) : 0;
    const std::string names = absl::StrCat(Xml(view_.area(pair.helper)), " ", ink.words, " ", Xml(view_.area(pair.helped)), ": ");
    absl::StrAppend(&out_, "<g><title>", names);
    if (tally.shown && tally.people_helped > 0) {
      absl::StrAppend(&out_, tally.people_helped, " people helped by ", tally.helpers, ", ", tally.times, " times");
    } else if (tally.shown) {
      absl::StrAppend(&out_, tally.times, " times by ", tally.helpers, " people");
    } else {
      absl::StrAppend(&out_, "fewer than ", view_.min_people, " people on one side");
    }
    absl::StrAppend(&out_, "</title><rect x=\"", x + 1, "\" y=\"", y + 1, "\" width=\"", kCellWidth - 2, "\" height=\"", height - 2,
                    "\" fill=\"", tally.shown ? ink.fills[shade] : "#ffffff", "\"/>");
    absl::StrAppend(&out_, "<text x=\"", x + kCellWidth / 2, "\" y=\"", y + height / 2 + 5, "\" text-anchor=\"middle\" fill=\"",
                    tally.shown ? ink.texts[shade] : ink.fills[3], "\">", NumberOf(tally), "</text></g>\n");
  }

  static size_t Shade(int64_t value, int64_t largest) {
    return std::min<size_t>(3, static_cast<size_t>(value * 4 / std::max<int64_t>(largest, 1)));
  }

  void Legend() {
    int y = legend_;
    static constexpr const char* kMeanings[kColumns] = {"what was changed belongs to the helpers' area", "it does not",
                                                        "a branch; a merge by itself earns no credit in Comity"};
    for (const size_t which : stripes_) {
      for (int i = 0; i < 4; ++i) {
        absl::StrAppend(&out_, "<rect x=\"", kMargin + i * 18, "\" y=\"", y - 12, "\" width=\"18\" height=\"15\" fill=\"",
                        kInks[which].fills[static_cast<size_t>(i)], "\"/>\n");
      }
      Text(kMargin + 84, y, absl::StrCat(kInks[which].words, ": ", kMeanings[which]), "fill=\"#111111\"");
      y += 22;
    }
    Text(kMargin, y + 4,
         absl::StrCat("Numbers are distinct people helped; 9× = times, where an area was helped as a whole. · = fewer than ",
                      view_.min_people, " people on one side."),
         "fill=\"#444444\"");
    Text(kMargin, y + 24, "The stripes are never added, and no number says what anybody is worth.", "fill=\"#444444\"");
    Text(kMargin, y + 44, "Help that leaves no trailer and no merge in a commit is not here.", "fill=\"#444444\"");
  }

  const LookbackView& view_;
  std::vector<Area> areas_;
  std::vector<size_t> stripes_;
  std::array<bool, kColumns> used_{};
  std::array<int64_t, kColumns> largest_{};
  size_t all_areas_ = 0;
  double label_width_ = 140;
  int cell_height_ = 0, left_ = 0, top_ = 0, width_ = 0, height_ = 0, legend_ = 0;
  std::string out_;
};

}  // namespace

std::string LookbackSvg(const LookbackView& view) { return Picture(view).Draw(); }

}  // namespace comity::cli
