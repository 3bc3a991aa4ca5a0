//! The conformance suite: what every store has to do, as the traits say it. Each function here
//! runs against each store; to test a further one, add its place.

mod commands;
mod dice;
mod faults;
mod history;
mod lanes;
mod lists;
mod node;
mod nodes;
mod patience;
pub(crate) mod place;
mod plans;
mod proxy;
mod pruning;
mod queue;
mod quiet;
mod quiet_reports;
mod reports;
mod rings;
mod rooms;
mod sends;
mod sla;
mod stalls;
mod states;
mod sweep;
mod sweep_faults;
mod sweep_pages;
mod tasks;
mod verdict;

use self::place::Place;

/// The same tests for each store.
macro_rules! on_every_store {
    ($($module:ident :: $name:ident),* $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    super::$module::$name(super::Place::sqlite().await).await;
                }
            )*
        }
        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    super::$module::$name(super::Place::postgres().await).await;
                }
            )*
        }
    };
}

on_every_store! {
    commands::a_command_is_durable_before_it_is_answered,
    commands::the_same_key_twice_has_the_effect_of_once,
    commands::twins_under_way_hear_the_same,
    commands::a_session_can_begin_with_one_agent_or_with_us,
    commands::an_offer_can_be_repeated_while_it_rings,
    commands::whom_we_write_to_is_not_asked_about,
    lanes::a_lane_gives_what_was_committed_in_its_order,
    lanes::reports_of_a_lost_claim_count_for_nothing,
    lanes::a_claim_is_extended_while_nobody_else_has_the_lane,
    lanes::a_lane_rests_until_its_next_try,
    lanes::what_is_given_up_blocks_nobody_and_can_come_back,
    lanes::a_node_that_stops_gives_back_what_it_had,
    lanes::a_lease_has_one_holder,
    lanes::the_same_notice_is_in_the_outbox_once,
    rooms::a_chat_leads_to_its_session_and_is_read_while_it_is_used,
    rooms::whose_a_chat_is_is_written_when_it_is_made,
    stalls::a_card_whose_lease_is_nearly_over_is_claimed_anew_before_it_is_sent,
    quiet::what_the_sweep_left_is_claimed_apart,
    quiet::a_lane_in_which_somebody_waits_is_live,
    quiet::live_work_leaves_though_the_whole_sweep_waits_for_ever,
    sweep::silent_sessions_are_found_by_the_hour_in_pages,
    sweep::how_far_a_sweep_has_come_is_written_by_who_read_it_last,
    sweep::five_missed_days_are_made_up_for_by_one_run,
    sweep::who_takes_over_goes_on_behind_the_cursor,
    sweep::somebody_who_writes_in_between_is_not_swept,
    sweep::what_an_older_beckon_left_is_found,
    sweep_faults::a_session_that_cannot_be_read_holds_nobody_up,
    sweep_faults::a_tenant_that_cannot_be_swept_holds_nobody_up,
    sweep_faults::a_clock_that_ran_ahead_does_not_turn_the_sweep_off,
    patience::what_failed_for_the_first_time_is_not_given_up,
    patience::what_is_asked_to_wait_waits,
    patience::a_room_has_its_time_after_an_outage,
    stalls::a_card_that_breaks_its_sender_is_sent_again,
    pruning::a_session_loses_its_messages_and_then_itself,
    pruning::a_session_of_many_chats_goes_in_small_steps,
    pruning::dead_letters_go_by_age,
    pruning::keys_are_forgotten_by_age_and_not_while_their_session_is_open,
    queue::an_agent_who_becomes_free_is_added_to_those_who_ring,
    queue::who_waits_has_a_first_offer_before_others_have_a_second,
    queue::nobody_waits_behind_those_whom_nobody_serves,
    queue::follow_ups_of_a_tenant_that_is_gone_hold_nobody_up,
    queue::cards_of_a_tenant_that_is_gone_hold_nobody_up,
    lists::finished_sessions_are_listed_by_every_way_in_one_order,
    lists::invitations_are_listed_newest_first,
    lists::measures_say_what_the_rows_say,
    rings::rings_are_of_whoever_was_rung,
    rings::rings_are_written_with_the_end_and_not_again,
    rings::rings_before_there_were_rows_of_them_are_found,
    states::what_agents_do_is_written_as_it_changes,
    states::what_agents_did_goes_by_age,
    reports::a_finished_session_has_a_row_that_says_what_its_events_say,
    sla::a_session_is_judged_by_what_was_agreed_on_when_it_ended,
    sla::what_ended_before_it_could_be_set_is_judged_as_it_was_reported,
    tasks::a_timer_fires_once_in_its_generation,
    tasks::a_follow_up_is_carried_out_once,
    tasks::a_cancelled_command_is_never_begun,
    tasks::what_is_refused_writes_nothing,
    tasks::a_card_is_given_out_until_it_is_true,
    tasks::the_feed_has_every_event_once_in_an_order_that_stays,
    tasks::who_follows_the_feed_is_told_of_every_page,
    tasks::a_secret_is_drawn_once,
}

/// The same histories for each store, from the same seeds.
macro_rules! histories {
    ($($name:ident: $seed:literal),* $(,)?) => {
        mod histories {
            $(
                mod $name {
                    use crate::store::history::run;
                    use crate::store::place::Place;

                    #[tokio::test(flavor = "multi_thread")]
                    async fn sqlite() {
                        run(Place::sqlite().await, $seed).await;
                    }

                    #[tokio::test(flavor = "multi_thread")]
                    async fn postgres() {
                        run(Place::postgres().await, $seed).await;
                    }
                }
            )*
        }
    };
}

histories! { seed_1: 1, seed_2: 2, seed_3: 3, seed_4: 4 }
