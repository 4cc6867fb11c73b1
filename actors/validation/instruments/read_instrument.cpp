#include "actors/validation/instruments/instrument.hpp"

#include "messages/score_alert.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <stdexcept>

namespace aepro {

namespace {

using nlohmann::json;

constexpr std::string_view ordinal_url = "http://hl7.org/fhir/StructureDefinition/ordinalValue";
constexpr std::string_view minimum_url = "http://hl7.org/fhir/StructureDefinition/minValue";
constexpr std::string_view maximum_url = "http://hl7.org/fhir/StructureDefinition/maxValue";

std::string upper(std::string text) {
  for (auto& letter : text)
    if (letter >= 'a' && letter <= 'z')
      letter = static_cast<char>(letter - 'a' + 'A');
  return text;
}

/// Returns the value of an extension, null where there is none.
const json* find_extension(const json& element, std::string_view url, const char* value) {
  if (!element.contains("extension"))
    return nullptr;
  for (const auto& extension : element.at("extension"))
    if (extension.at("url") == url)
      return &extension.at(value);
  return nullptr;
}

void read_options(const json& source, instrument_item& item) {
  std::int16_t least = 0, most = 0;
  bool first = true;
  for (const auto& option : source.at("answerOption")) {
    const auto* ordinal = find_extension(option, ordinal_url, "valueDecimal");
    if (ordinal == nullptr)
      throw std::runtime_error("an answer option without ordinalValue");
    const auto value = ordinal->get<std::int16_t>();
    least = first ? value : std::min(least, value);
    most = first ? value : std::max(most, value);
    first = false;
    const auto& coding = option.at("valueCoding");
    item.options.push_back({upper(coding.at("code").get<std::string>()), value});
    item.options.push_back({upper(coding.at("display").get<std::string>()), value});
  }
  item.minimum = least;
  item.maximum = most;
}

instrument_item read_item(const json& source) {
  instrument_item item;
  item.link_id = source.at("linkId").get<std::string>();
  item.required = source.value("required", false);
  if (source.contains("answerOption"))
    read_options(source, item);
  if (const auto* minimum = find_extension(source, minimum_url, "valueInteger"))
    item.minimum = minimum->get<std::int16_t>();
  if (const auto* maximum = find_extension(source, maximum_url, "valueInteger"))
    item.maximum = maximum->get<std::int16_t>();
  return item;
}

void add_links(const json& source, const json& scoring, std::uint8_t index, instrument& result) {
  const auto& link_id = result.items[index].link_id;
  result.links.emplace_back(link_id, index);
  if (source.contains("prefix"))
    result.links.emplace_back(source.at("prefix").get<std::string>(), index);
  for (const auto& coding : source.value("code", json::array())) {
    const auto code = coding.at("code").get<std::string>();
    result.links.emplace_back(code, index);
    result.links.emplace_back("/" + code, index); // as LOINC's own questionnaires write it
  }
  if (const auto more = scoring.find("links"); more != scoring.end() && more->contains(link_id))
    for (const auto& alias : more->at(link_id))
      result.links.emplace_back(alias.get<std::string>(), index);
}

std::uint8_t index_of(const instrument& result, const std::string& link_id) {
  const auto found = std::ranges::find(result.items, link_id, &instrument_item::link_id);
  if (found == result.items.end())
    throw std::runtime_error("no item " + link_id);
  return static_cast<std::uint8_t>(found - result.items.begin());
}

scoring_method read_method(const json& name) {
  if (name == "sum")
    return scoring_method::sum;
  if (name == "composite-grade")
    return scoring_method::composite_grade;
  throw std::runtime_error("unknown scoring method " + name.dump());
}

/// A symptom's questions; which value of which item means what is part of the published table.
void read_questions(const json& source, const instrument& result, instrument_scale& scale) {
  constexpr std::pair<const char*, std::uint8_t> questions[] = {
      {"frequency", asks_frequency},
      {"severity", asks_severity},
      {"interference", asks_interference}};
  for (const auto& [name, bit] : questions) {
    if (!source.contains(name))
      continue;
    const auto index = index_of(result, source.at(name).get<std::string>());
    const auto& item = result.items[index];
    if (item.minimum != 0 || item.maximum != 4)
      throw std::runtime_error("answers of " + item.link_id + " are not 0 to 4");
    scale.items.push_back(index);
    scale.asked = static_cast<std::uint8_t>(scale.asked | bit);
  }
}

void read_items(const json& source, const instrument& result, instrument_scale& scale) {
  for (const auto& link_id : source.at("items"))
    scale.items.push_back(index_of(result, link_id.get<std::string>()));
  scale.missing_items_max = source.at("missingItemsMax").get<std::uint8_t>();
  scale.missing_items_by_setting = source.contains("missingItemsSetting");
}

instrument_scale read_scale(const json& source, const instrument& result) {
  instrument_scale scale;
  scale.name = source.at("name").get<std::string>();
  scale.method = read_method(source.at("method"));
  if (scale.method == scoring_method::sum)
    read_items(source, result, scale);
  else
    read_questions(source, result, scale);
  if (scale.items.size() <= scale.missing_items_max)
    throw std::runtime_error("scale " + scale.name + " needs an answer");
  for (const auto& band : source.value("bands", json::array()))
    scale.bands.push_back({band.at("from").get<double>(), band.at("name").get<std::string>()});
  if (!std::ranges::is_sorted(scale.bands, {}, &score_band::from))
    throw std::runtime_error("bands of " + scale.name + " are out of order");
  return scale;
}

aepro::urgency read_urgency(const std::string& name) {
  if (const auto known = parse_urgency(name))
    return *known;
  throw std::runtime_error("unknown urgency " + name);
}

/// An alert is of an item, of the scale of a name or of each scale of a method.
void read_alert(const json& source, instrument& result) {
  const scale_alert read{.at_least = source.at("atLeast").get<double>(),
                         .rule = source.at("rule").get<std::string>(),
                         .urgency = read_urgency(source.at("urgency").get<std::string>())};
  if (source.contains("item") + source.contains("scale") + source.contains("method") != 1)
    throw std::runtime_error("alert " + read.rule + " names no item, scale or method, or several");
  if (source.contains("item")) {
    const auto item = index_of(result, source.at("item").get<std::string>());
    result.alerts.push_back({item, read.at_least, read.rule, read.urgency});
    return;
  }
  bool has_scale = false;
  for (auto& scale : result.scales) {
    const bool is_meant = source.contains("scale")
                              ? source.at("scale") == scale.name
                              : read_method(source.at("method")) == scale.method;
    if (is_meant)
      scale.alerts.push_back(read);
    has_scale = has_scale || is_meant;
  }
  if (!has_scale)
    throw std::runtime_error("alert " + read.rule + " is of no scale");
}

/// An alert of a change rises or falls by so much, since baseline or the form before.
score_change_rule read_change(const json& source, const instrument& result) {
  score_change_rule rule{.scale = source.at("scale").get<std::string>(),
                         .by = source.contains("fallsBy") ? -source.at("fallsBy").get<double>()
                                                          : source.at("risesBy").get<double>(),
                         .since = change_reference::baseline,
                         .urgency = read_urgency(source.at("urgency").get<std::string>()),
                         .alert = source.at("rule").get<std::string>()};
  const auto since = source.at("since").get<std::string>();
  if (since == name_of(change_reference::previous))
    rule.since = change_reference::previous;
  else if (since != name_of(change_reference::baseline))
    throw std::runtime_error("alert " + rule.alert + " is since " + since);
  if (source.contains("fallsBy") == source.contains("risesBy") || rule.by == 0)
    throw std::runtime_error("alert " + rule.alert + " neither rises nor falls, or both");
  if (std::ranges::none_of(result.scales, [&](const instrument_scale& scale) {
        return names_scale(rule.scale, scale.name);
      }))
    throw std::runtime_error("alert " + rule.alert + " is of no scale");
  return rule;
}

instrument read(const json& document) {
  const auto& questionnaire = document.at("questionnaire");
  const auto& scoring = document.at("scoring");
  instrument result;
  result.name = scoring.at("instrument").get<std::string>();
  result.algorithm = scoring.at("algorithm").get<std::string>();
  result.aliases.push_back(upper(result.name));
  for (const auto& alias : scoring.value("aliases", json::array()))
    result.aliases.push_back(upper(alias.get<std::string>()));
  for (const auto& answer : scoring.value("missingAnswers", json::array()))
    result.missing_answers.push_back(upper(answer.get<std::string>()));
  const auto& items = questionnaire.at("item");
  if (items.size() > instrument::items_max)
    throw std::runtime_error("more than " + std::to_string(instrument::items_max) + " items");
  for (const auto& source : items) {
    const auto index = static_cast<std::uint8_t>(result.items.size());
    result.items.push_back(read_item(source));
    add_links(source, scoring, index, result);
  }
  std::ranges::sort(result.links);
  if (std::ranges::adjacent_find(result.links, {}, [](const auto& link) { return link.first; }) !=
      result.links.end())
    throw std::runtime_error("a link id names two items");
  if (scoring.contains("totalItem"))
    result.items[index_of(result, scoring.at("totalItem").get<std::string>())].is_total = true;
  for (const auto& source : scoring.at("scales"))
    result.scales.push_back(read_scale(source, result));
  if (result.scales.size() > instrument::scales_max)
    throw std::runtime_error("more than " + std::to_string(instrument::scales_max) + " scales");
  for (const auto& source : scoring.value("alerts", json::array()))
    read_alert(source, result);
  for (const auto& source : scoring.value("changes", json::array()))
    result.changes.push_back(read_change(source, result));
  return result;
}

} // namespace

instrument read_instrument(std::string_view file, std::string_view text) {
  try {
    return read(json::parse(text));
  } catch (const std::exception& problem) {
    throw std::runtime_error("instrument " + std::string(file) + ": " + problem.what());
  }
}

} // namespace aepro
