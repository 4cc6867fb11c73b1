// Writes seeds for the fuzz targets: FOLDER/decoder/*, FOLDER/json/*, FOLDER/decide/*, ...
#include "aepro/v1/event.pb.h"
#include "config/settings_document.hpp"
#include "test/support/random_events.hpp"

#include <google/protobuf/util/json_util.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace {

void write(const std::filesystem::path& folder, int number, const std::string& bytes) {
  std::filesystem::create_directories(folder);
  std::ofstream(folder / std::to_string(number), std::ios::binary) << bytes;
}

} // namespace

int main(int count, char** arguments) {
  if (count != 2)
    return 64;
  const std::filesystem::path folder = arguments[1];
  aepro::test::random_events random(1);
  for (int i = 0; i < 60; ++i) {
    const auto bytes = random.next();
    write(folder / "decoder", i, bytes);
    write(folder / "decide", i, bytes + std::string(1, '\0') + random.next_subject());
    aepro::v1::Event event;
    std::string json;
    if (event.ParseFromString(bytes) &&
        google::protobuf::util::MessageToJsonString(event, &json).ok())
      write(folder / "json", i, json);
  }
  int number = 0;
  for (const char* text : {"2014-01-03|2014-01", "2003---15|2003-12-15T-:15", "--12-15|2014",
                           "2014-01-03T12:30:15.5+02:00|2014-01-03T10:30Z", "2014/2015|2016"})
    write(folder / "dates", number++, text);
  number = 0;
  for (const char* text :
       {"reason=called+the%20site&name=Ann%0d%0a", "reason=%3Cb%3E%22&name=%E7%8E%8B&reason=2",
        R"({"id": "4711", "by": "triage", "reason": "seen"})", "\x08\x01\x1a\x01x\x22\x01y"})
    write(folder / "acknowledge", number++, text);
  write(folder / "settings", 0, aepro::settings_sample());
}
