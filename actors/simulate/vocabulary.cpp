#include "actors/simulate/vocabulary.hpp"

namespace aepro {

namespace {

constexpr std::string_view general = "GENERAL DISORDERS AND ADMINISTRATION SITE CONDITIONS";
constexpr std::string_view nervous = "NERVOUS SYSTEM DISORDERS";
constexpr std::string_view stomach = "GASTROINTESTINAL DISORDERS";
constexpr std::string_view skin = "SKIN AND SUBCUTANEOUS TISSUE DISORDERS";
constexpr std::string_view muscles = "MUSCULOSKELETAL AND CONNECTIVE TISSUE DISORDERS";
constexpr std::string_view mind = "PSYCHIATRIC DISORDERS";
constexpr std::string_view chest = "RESPIRATORY, THORACIC AND MEDIASTINAL DISORDERS";
constexpr std::string_view heart = "CARDIAC DISORDERS";

constexpr complaint all_complaints[] = {
    {"HEADACHE", "HEADACHE", nervous},
    {"headache since the second dose", "HEADACHE", nervous},
    {"Kopfschmerzen, vor allem morgens", "HEADACHE", nervous},
    {"ból głowy po przebudzeniu", "HEADACHE", nervous},
    {"頭痛が続いています", "HEADACHE", nervous},
    {"DIZZINESS", "DIZZINESS", nervous},
    {"étourdissements en se levant", "DIZZINESS", nervous},
    {"दवा के बाद चक्कर आना", "DIZZINESS", nervous},
    {"NAUSEA", "NAUSEA", stomach},
    {"felt sick \"like on a boat\", no vomiting", "NAUSEA", stomach},
    {"غثيان بعد الأكل", "NAUSEA", stomach},
    {"náuseas por la mañana", "NAUSEA", stomach},
    {"DIARRHOEA", "DIARRHOEA", stomach},
    {"Durchfall über drei Tage", "DIARRHOEA", stomach},
    {"RASH", "RASH", skin},
    {"皮疹伴瘙痒", "RASH", skin},
    {"εξάνθημα στα χέρια", "RASH", skin},
    {"APPLICATION SITE PRURITUS", "APPLICATION SITE PRURITUS", general},
    {"FATIGUE", "FATIGUE", general},
    {"усталость, спит днём", "FATIGUE", general},
    {"BACK PAIN", "BACK PAIN", muscles},
    {"등이 아파요", "BACK PAIN", muscles},
    {"INSOMNIA", "INSOMNIA", mind},
    {"nie może zasnąć (3 noce)", "INSOMNIA", mind},
    {"COUGH", "COUGH", chest},
    {"שיעול יבש", "COUGH", chest},
    {"PALPITATIONS", "PALPITATIONS", heart},
    {"serce bije szybko 💓 po kawie", "PALPITATIONS", heart},
};

constexpr country all_countries[] = {
    {"USA", "en-US", "America/New_York", -300}, {"DEU", "de", "Europe/Berlin", 60},
    {"POL", "pl", "Europe/Warsaw", 60},         {"JPN", "ja", "Asia/Tokyo", 540},
    {"EGY", "ar", "Africa/Cairo", 120},         {"IND", "hi", "Asia/Kolkata", 330},
    {"ESP", "es", "Europe/Madrid", 60},         {"KOR", "ko", "Asia/Seoul", 540},
};

} // namespace

std::span<const complaint> complaints() {
  return all_complaints;
}
std::span<const country> countries() {
  return all_countries;
}

} // namespace aepro
