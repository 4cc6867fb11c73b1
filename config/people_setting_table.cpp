/// The settings of what tells people: the notifier, regulatory clocks, reviews, links to
/// acknowledge.

#include "config/setting_rows.hpp"

namespace aepro {

namespace {

using namespace setting_rows;

const setting_row rows[] = {
    // Notifier
    {"notifier.interval", duration, "", "200ms", 10, minute, "",
     "How often the node looks for alerts to send, where it has channels.",
     "Less work for the store; alerts leave later by so much.",
     at<&settings::notifier, &notifier_settings::interval>},
    {"notifier.in_flight_max", count, "alerts", "500", 1, 100000, "",
     "Alerts that a node delivers at a time.",
     "More alerts a second; more are sent twice after a crash.",
     at<&settings::notifier, &notifier_settings::in_flight_max>},
    {"notifier.lease", duration, "", "1min", second, hour, "",
     "How long an alert belongs to the node that delivers it. If that node dies, another delivers "
     "it afterwards.",
     "Fewer repeated deliveries by slow channels; a dead node's alerts wait longer.",
     at<&settings::notifier, &notifier_settings::lease>},
    {"notifier.alarm_after", duration, "", "30s", second, hour, "",
     "A trouble of the node itself (docs/alerts.md) that has lasted so long is told as an alarm.",
     "Fewer alarms of what passes by itself; people hear later of what does not.",
     at<&settings::notifier, &notifier_settings::alarm_after>},
    {"notifier.alert_age_max", duration, "", "3d", minute, 3650 * 24 * hour, "",
     "Alerts of records that were published longer ago are withheld (`aepro alerts list --state "
     "withheld`): a topic that "
     "is read anew must not tell people what they have known for a year.",
     "After a longer outage nothing is withheld; old topics alert people.",
     at<&settings::notifier, &notifier_settings::alert_age_max>},
    {"notifier.fallback_role", text, "", "safety-desk", 0, 0, "",
     "The role that is told where a rule's audience has nobody, and after all others.", "",
     at<&settings::notifier, &notifier_settings::fallback_role>},
    {"notifier.delivery.immediate", duration, "", "1min", 100, 7 * 24 * hour, "",
     "How long a channel may fail for an alert of this urgency before the next one is tried.",
     "Fewer alerts on second channels; people learn later when a channel is dead.",
     at<&settings::notifier, &notifier_settings::immediate_delivery>},
    {"notifier.delivery.urgent", duration, "", "5min", 100, 7 * 24 * hour, "",
     "The same for urgent alerts.", "As above.",
     at<&settings::notifier, &notifier_settings::urgent_delivery>},
    {"notifier.delivery.routine", duration, "", "1h", 100, 7 * 24 * hour, "",
     "The same for routine alerts.", "As above.",
     at<&settings::notifier, &notifier_settings::routine_delivery>},
    {"notifier.acknowledgement.immediate", duration, "", "15min", 0, 7 * 24 * hour, "",
     "How long an alert of this urgency may stay without acknowledgement before the next channel, "
     "then the next role, is "
     "told. 0: nobody has to acknowledge.",
     "Fewer people are disturbed; an alert that nobody has seen waits longer.",
     at<&settings::notifier, &notifier_settings::immediate_acknowledgement>},
    {"notifier.acknowledgement.urgent", duration, "", "4h", 0, 7 * 24 * hour, "",
     "The same for urgent alerts.", "As above.",
     at<&settings::notifier, &notifier_settings::urgent_acknowledgement>},
    {"notifier.acknowledgement.routine", duration, "", "0ms", 0, 7 * 24 * hour, "",
     "The same for routine alerts.", "As above.",
     at<&settings::notifier, &notifier_settings::routine_acknowledgement>},
    {"notifier.backoff_min", duration, "", "1s", 10, hour, "",
     "Shortest wait before a delivery that failed is tried again.",
     "Less load on a struggling channel.",
     at<&settings::notifier, &notifier_settings::backoff_min>},
    {"notifier.backoff_max", duration, "", "1min", 10, 24 * hour, "",
     "Longest wait, which doubles with each try.",
     "Less load on a dead channel; its recovery is noticed later.",
     at<&settings::notifier, &notifier_settings::backoff_max>},
    {"notifier.digest_from", count, "alerts", "20", 0, 20000, "",
     "So many routine alerts of one rule and study that are due together go to people as one "
     "message, by mail with a file "
     "of them all. 0: each has a message of its own. Channels of type kafka and log get each one "
     "in any case.",
     "More messages in a flood, each of them about one alert.",
     at<&settings::notifier, &notifier_settings::digest_from>},
    {"notifier.digest_wait", duration, "", "1min", 0, hour, "",
     "How long a routine alert's first try to people waits for others like it.",
     "Fewer, larger digests; people learn of routine alerts later.",
     at<&settings::notifier, &notifier_settings::digest_wait>},
    {"notifier.digest_max", count, "alerts", "10000", 1, 20000, "",
     "Most alerts of one digest; what is left makes the next one.",
     "Fewer digests of a large flood; mails with larger files (200 bytes an alert), which a server "
     "may refuse.",
     at<&settings::notifier, &notifier_settings::digest_max>},
    {"clocks.time_zone", text, "", "UTC", 0, 0, "",
     "The sponsor's time zone, an IANA name such as Europe/Berlin: regulatory clocks count its "
     "calendar dates. What is "
     "due to whom is said in the section clocks.kinds (docs/clocks.md).",
     "", at<&settings::clocks, &clock_settings::time_zone>},
    {"clocks.interval", duration, "", "1s", 10, hour, "",
     "How often the node looks for new versions of reports, and for clocks of which people are to "
     "be told.",
     "Less work for the store; clocks and their alerts come later by so much.",
     at<&settings::clocks, &clock_settings::interval>},
    {"clocks.case_versions_max", count, "versions", "1000", 1, 100000, "",
     "Serious versions of one report that its clocks look at; what comes beyond is logged and left "
     "to people.",
     "A sender that never stops repeating one report costs more for each version.",
     at<&settings::clocks, &clock_settings::case_versions_max>},
    {"review.score_changes", list, "", "", 0, 0, "",
     "Changes of a subject's scores that raise the alert score-change, as SCALE>=+NUMBER:URGENCY "
     "or "
     "SCALE<=-NUMBER:URGENCY against the baseline, with ' since previous' before the colon against "
     "the form before; SCALE may end with an asterisk. For example PHQ-9>=+5:urgent, "
     "GAD-7>=+5 since previous:routine; several separated by commas.",
     "", at<&settings::review, &review_settings::score_changes>},
    {"review.interval", duration, "", "1s", 10, hour, "",
     "How often the node looks for new forms, where it has channels.",
     "Less work for the store; alerts of changes come later by so much.",
     at<&settings::review, &review_settings::interval>},
    {"review.forms_max", count, "forms", "200", 200, 1000, "",
     "Forms of a subject and instrument that new ones are compared with; beyond it the oldest are "
     "left out, but a baseline never.",
     "A form that comes very late is compared with older ones; each form costs more.",
     at<&settings::review, &review_settings::forms_max>},
    // Links
    {"http.listen", text, "", "", 0, 0, "",
     "HOST:PORT on which the node shows an alert and takes its acknowledgement, by the links of "
     "messages; the host is an "
     "IP address or localhost. Empty: nowhere; another node may do it.",
     "", at<&settings::http, &http_settings::listen>},
    {"http.public_url", text, "", "", 0, 0, "",
     "What links begin with: https://HOST or https://HOST/PATH, as people reach http.listen, "
     "through a reverse proxy or "
     "not. Empty: messages have no links.",
     "", at<&settings::http, &http_settings::public_url>},
    {"http.link_key_file", file, "", "", 0, 0, "",
     "File with the secret that signs links, 32 letters or more; the same on every node. Of "
     "several lines the first "
     "signs and all verify: to change the secret put the new one first, and take the old one out "
     "after "
     "http.link_valid_for. A relative name is looked up as for storage.password_file.",
     "", at<&settings::http, &http_settings::link_key_file>},
    {"http.link_valid_for", duration, "", "7d", minute, 365 * 24 * hour, "",
     "How long a link can be used after its message was made.",
     "People can acknowledge late; a message in wrong hands can be used longer.",
     at<&settings::http, &http_settings::link_valid_for>},
    {"http.connections_max", count, "connections", "64", 1, 10000, "",
     "Connections that are served at a time; one more is told to come again (503).",
     "More people at a time; memory, about twice http.request_bytes_max each.",
     at<&settings::http, &http_settings::connections_max>},
    {"http.request_bytes_max", bytes, "", "8KiB", 2 * kibibyte, mebibyte, "",
     "Largest head, and largest body, of a request.", "Longer headers of proxies pass; memory.",
     at<&settings::http, &http_settings::request_bytes_max>},
    {"http.request_max", duration, "", "10s", 100, 10 * minute, "",
     "Time for a request to come, for the store to answer, and for the answer to be taken, each; "
     "then the connection is "
     "closed.",
     "Slow phones get longer; slow attackers hold connections longer.",
     at<&settings::http, &http_settings::request_max>},
    {"http.per_minute_max", count, "requests", "60", 1, 1000000, "",
     "Requests that one link, and wrong links that one address, may make within a minute; one more "
     "is told to come again "
     "(429). Behind a reverse proxy all come from its address; good links are not counted by "
     "address.",
     "Programs that fetch links are turned away later; more work for the store.",
     at<&settings::http, &http_settings::per_minute_max>},
    {"http.plain", flag, "", "false", 0, 0, "",
     "Whether http.listen may be an address beyond this machine without http.certificate_file: for "
     "a reverse proxy with "
     "TLS on another machine, over a network that nobody else reads.",
     "", at<&settings::http, &http_settings::plain>},
    {"http.certificate_file", file, "", "", 0, 0, "",
     "File with the server's certificate and those between it and its authority (PEM). A relative "
     "name is looked up as "
     "for storage.password_file. Empty: without TLS.",
     "", at<&settings::http, &http_settings::certificate_file>},
    {"http.key_file", file, "", "", 0, 0, "",
     "File with the certificate's private key (PEM, without passphrase).", "",
     at<&settings::http, &http_settings::key_file>},
};

} // namespace

std::span<const setting_row> people_settings() {
  return rows;
}

} // namespace aepro
