use super::*;

fn owns(root: &GraphRoot, url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| root.owns(&url))
}

#[test]
fn every_cloud_has_its_root() {
    for (cloud, root) in [
        (Cloud::Public, "https://graph.microsoft.com/v1.0"),
        (Cloud::Gcc, "https://graph.microsoft.com/v1.0"),
        (Cloud::GccHigh, "https://graph.microsoft.us/v1.0"),
        (Cloud::Dod, "https://dod-graph.microsoft.us/v1.0"),
        (Cloud::China, "https://microsoftgraph.chinacloudapi.cn/v1.0"),
    ] {
        assert_eq!(GraphRoot::of(cloud).v1(), root);
    }
}

#[test]
fn only_addresses_below_the_root_get_a_token() {
    let root = GraphRoot::of(Cloud::Public);
    assert!(owns(&root, "https://graph.microsoft.com/v1.0/chats"));
    assert!(owns(&root, "https://GRAPH.microsoft.com:443/v1.0/chats?$skiptoken=x"));
    for foreign in [
        "http://graph.microsoft.com/v1.0/chats",
        "https://graph.microsoft.com/beta/chats",
        "https://graph.microsoft.com/v1.0",
        "https://graph.microsoft.com/v1.0/../beta/chats",
        "https://graph.microsoft.com:8443/v1.0/chats",
        "https://graph.microsoft.com.evil.example/v1.0/chats",
        "https://graph.microsoft.us/v1.0/chats",
        "https://graph.microsoft.com@evil.example/v1.0/chats",
        "https://user@graph.microsoft.com/v1.0/chats",
        "https://evil.example/v1.0/?https://graph.microsoft.com/v1.0/",
    ] {
        assert!(!owns(&root, foreign), "{foreign}");
    }
}

#[test]
fn a_stand_in_is_on_this_machine() {
    for fine in ["http://127.0.0.1:3979/graph", "http://localhost:1/", "https://[::1]:2/graph/"] {
        let root = GraphRoot::stand_in(fine).unwrap();
        assert!(owns(&root, &format!("{}/chats", root.v1())), "{fine}");
    }
    for refused in [
        "http://graph.example/",
        "https://graph.microsoft.com",
        "http://10.0.0.1/graph",
        "http://127.0.0.1.evil.example/",
        "http://user:word@127.0.0.1/graph",
        "http://127.0.0.1/graph?x=1",
        "ftp://127.0.0.1/graph",
        "127.0.0.1:3979",
    ] {
        assert!(GraphRoot::stand_in(refused).is_err(), "{refused}");
    }
}
